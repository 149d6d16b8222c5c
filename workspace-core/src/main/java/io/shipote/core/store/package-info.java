/**
 * The durable storage: entries with their journal and snapshot, run records and histories. It knows bytes and files,
 * not what a workspace or a pipeline is.
 */
package io.shipote.core.store;
