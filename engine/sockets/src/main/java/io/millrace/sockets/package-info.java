/**
 * Ports of sockets, driven by io_uring: one ring for the poller, shared by all of its {@code udp} and {@code tcp}
 * ports. Cold classes open and close ({@code …Opener}, {@code …Socket}), the others are the duty cycle.
 */
package io.millrace.sockets;
