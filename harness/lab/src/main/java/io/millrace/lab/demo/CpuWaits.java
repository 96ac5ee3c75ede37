package io.millrace.lab.demo;

/**
 * How much of the time, 0 to 1, the threads were kept from their CPUs.
 *
 * @param driver the driver's thread
 * @param poller the engine's poller
 */
record CpuWaits(double driver, double poller) {}
