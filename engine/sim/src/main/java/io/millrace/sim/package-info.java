/**
 * Engines without root and without an interface: the port type {@code memory}, whose frames come from the same process
 * and go to it by a {@link io.millrace.sim.MemoryWire}. In place of the kernel it has a simulated one,
 * {@link io.millrace.ring.KernelSide} over plain memory, so that back-pressure comes about as on a real port: by rings
 * that are full and frames that are not back.
 *
 * <p>That simulated kernel is in {@code io.millrace.ring}, beside the rings whose other end it is: the two share the
 * layout of the memory and its order. Ports of types {@code af-xdp} and {@code udp} are warmed up over it, and unit
 * tests turn it by hand.
 */
package io.millrace.sim;
