package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;

/**
 * The traffic before what is counted.
 *
 * @param durationNs how long it flowed
 * @param counts     what became of it
 */
record WarmUp(long durationNs, EchoCounts counts) {}
