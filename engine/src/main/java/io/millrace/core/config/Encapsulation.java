package io.millrace.core.config;

import java.net.InetSocketAddress;

/**
 * The headers that frames of {@code udp} and {@code tcp} ports get when they leave by a port of type {@code af-xdp}.
 *
 * @param source         IP address and UDP port that they come from
 * @param destination    IP address and UDP port that they go to, of the same family
 * @param destinationMac in lower case, with colons
 * @param sourceMac      the same; null for the interface's own
 */
public record Encapsulation(
        InetSocketAddress source, InetSocketAddress destination, String destinationMac, String sourceMac) {}
