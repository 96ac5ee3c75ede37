/**
 * What a kind of port implements, and what the engine gives it. A kind is a {@link io.millrace.spi.PortType} with a
 * {@link io.millrace.spi.PortOpener}; the ports that it opens are {@link io.millrace.spi.Port}s with the roles that are
 * true of them. What the checks of a kind are given is here too: the {@link io.millrace.spi.PortSettings} of a port,
 * those of {@link io.millrace.spi.ConfiguredPorts all ports}, and {@link io.millrace.spi.Problems} to report to. Keys
 * and their types are in {@link io.millrace.spi.config}, which knows nothing of ports.
 *
 * <p>The classes are few, and are here for kinds of ports to use: {@link io.millrace.spi.PortLink}, {@link
 * io.millrace.spi.EngineLog}, {@link io.millrace.spi.Uninterrupted} and {@link io.millrace.spi.FrameBuffer} above all.
 */
package io.millrace.spi;
