package io.millrace.statistics;

/**
 * What the start of an engine took, before it received.
 *
 * @param warmUpNs compiling the duty cycle, over plain memory
 * @param openNs   opening the ports: programs, sockets, memory
 */
public record SetUpTimes(long warmUpNs, long openNs) {}
