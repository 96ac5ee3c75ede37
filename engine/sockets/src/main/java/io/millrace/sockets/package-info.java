/**
 * Socket ports, driven by io_uring: each poller has one ring, which all of its {@code udp} and {@code tcp} ports share.
 * Classes named {@code …Opener} and {@code …Socket} are cold; the others are the duty cycle.
 */
package io.millrace.sockets;
