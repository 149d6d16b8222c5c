/**
 * Looks at the host and at an installation, with or without a daemon, and says what is wrong and what to do. One class per
 * question; {@link io.shipote.daemon.DoctorMain} asks them all. Blocking, one thread.
 */
package io.shipote.daemon.doctor;
