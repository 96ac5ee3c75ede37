package io.millrace.harness.demo;

import io.millrace.harness.traffic.EchoCounts;

/**
 * The traffic before what is counted.
 *
 * @param durationNs how long it flowed
 * @param counts     what became of it
 */
record WarmUp(long durationNs, EchoCounts counts) {}
