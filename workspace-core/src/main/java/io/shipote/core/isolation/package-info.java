/**
 * What a process is kept from and limited to, beyond its control groups: which of it this host can do, and the tools
 * that do it. For the launcher's thread.
 */
package io.shipote.core.isolation;
