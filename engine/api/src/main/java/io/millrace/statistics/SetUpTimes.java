package io.millrace.statistics;

/**
 * How long the parts of an engine's start took, before it received.
 *
 * @param warmUpNs running the duty cycle until it is compiled, in nanoseconds
 * @param openNs   opening the ports: programs, sockets, memory; in nanoseconds
 */
public record SetUpTimes(long warmUpNs, long openNs) {}
