/**
 * Micro-benchmarks with JMH, of what the engine does for each frame between two system calls. After a build:
 *
 * <pre>java -cp harness/target/millrace.jar org.openjdk.jmh.Main io.millrace.harness.bench.micro</pre>
 */
package io.millrace.harness.bench.micro;
