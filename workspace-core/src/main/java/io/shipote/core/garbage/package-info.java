/**
 * What daemons that died have left in runtime directories, and who may be taken for dead. The rule is {@link
 * io.shipote.core.garbage.Garbage}; it knows files and processes only through {@link io.shipote.core.garbage.Dens} and
 * {@link io.shipote.core.garbage.Life}. All of it blocks: nothing for an event loop.
 */
package io.shipote.core.garbage;
