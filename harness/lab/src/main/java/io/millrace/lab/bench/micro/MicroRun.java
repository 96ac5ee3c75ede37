package io.millrace.lab.bench.micro;

/**
 * What one process measured.
 *
 * @param ns            nanoseconds a frame of each iteration
 * @param bytesPerFrame that were allocated in the iteration with the least: what JMH needs comes on top, in some of
 *                      them; 0 of C
 */
record MicroRun(double[] ns, double bytesPerFrame) {}
