/**
 * The demonstration: two network namespaces joined by a veth pair, {@code millrace run} as a process in one, an
 * {@link io.millrace.harness.traffic.EchoDriver} in the other, and an account of every frame. Cold code.
 *
 * <p>Nothing of it outlives the process, however that ends: the namespaces are held by its threads, and the engine's
 * process ends with its standard input.
 */
package io.millrace.harness.demo;
