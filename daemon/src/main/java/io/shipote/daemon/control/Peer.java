package io.shipote.daemon.control;

/**
 * Who is at the other end of a connection, as the kernel tells it ({@code SO_PEERCRED}, unix(7)).
 *
 * @param uid its user
 * @param pid its process at the time of the connect, for display
 */
public record Peer(int uid, int pid) {}
