/**
 * The demonstration: {@code millrace run} as a process, an {@link io.millrace.lab.traffic.EchoDriver} that sends to
 * it, and an account of everything sent. A {@link io.millrace.lab.demo.DemoScene} for each kind of port says where:
 * in two network namespaces joined by a veth pair, or on the loopback interface. Cold code.
 *
 * <p>Nothing of it outlives the process, however that ends: the namespaces are held by its threads, and the engine's
 * process ends with its standard input.
 */
package io.millrace.lab.demo;
