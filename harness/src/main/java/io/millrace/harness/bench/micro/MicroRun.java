package io.millrace.harness.bench.micro;

/**
 * What one process measured.
 *
 * @param ns            nanoseconds a frame of each iteration
 * @param bytesPerFrame that were allocated; 0 of C
 */
record MicroRun(double[] ns, double bytesPerFrame) {
}
