package io.millrace.engine.config;

import java.net.InetAddress;

/**
 * A group that a port of type {@code udp} joins.
 *
 * @param group         a multicast address
 * @param interfaceName the network interface to join it on
 * @param source        the only sender to listen to, of the group's family; null for all of them
 */
public record MulticastGroup(InetAddress group, String interfaceName, InetAddress source) {
}
