package io.millrace.sockets;

import io.millrace.spi.config.HostInterfaces;
import io.millrace.spi.config.Settings;
import java.net.InetAddress;
import java.util.Objects;

/**
 * A group that a port of type {@code udp} joins.
 *
 * @param group         a multicast address
 * @param interfaceName the network interface to join it on
 * @param source        the only sender to listen to, of the group's family; null for all of them
 */
record MulticastGroup(InetAddress group, String interfaceName, InetAddress source) {
    /** Makes a group of a block of the {@code multicast} list. */
    static MulticastGroup of(Settings group) {
        return new MulticastGroup(
                group.get(UdpKeys.GROUP),
                group.get(UdpKeys.GROUP_INTERFACE),
                group.get(UdpKeys.GROUP_SOURCE).orElse(null));
    }

    /** Returns whether the kernel treats both as the same membership, although their interface may have two names. */
    boolean isSame(MulticastGroup other) {
        return group.equals(other.group)
                && Objects.equals(source, other.source)
                && HostInterfaces.areSame(interfaceName, other.interfaceName);
    }
}
