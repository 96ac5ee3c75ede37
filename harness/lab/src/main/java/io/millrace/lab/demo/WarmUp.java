package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;

/**
 * The traffic before the counted run.
 *
 * @param durationNs how long it flowed
 * @param counts     what became of that traffic
 */
record WarmUp(long durationNs, EchoCounts counts) {}
