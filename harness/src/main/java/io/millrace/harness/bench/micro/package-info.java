/**
 * Micro-benchmarks with JMH, of what the engine does for each frame between two system calls, and the same work in C.
 * {@link io.millrace.harness.bench.micro.MicroSuite} runs both in turn. Benchmarks alone, after a build:
 *
 * <pre>java -cp harness/target/millrace.jar org.openjdk.jmh.Main io.millrace.harness.bench.micro</pre>
 */
package io.millrace.harness.bench.micro;
