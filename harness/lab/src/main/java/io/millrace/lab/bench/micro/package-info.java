/**
 * Micro-benchmarks with JMH of what the engine does for each frame between two system calls, and the same work in C.
 * {@link io.millrace.lab.bench.micro.MicroSuite} runs both in turn. To run only the benchmarks, after a build:
 *
 * <pre>java -cp harness/lab/target/millrace.jar org.openjdk.jmh.Main io.millrace.lab.bench.micro</pre>
 */
package io.millrace.lab.bench.micro;
