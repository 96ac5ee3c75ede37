package io.millrace.core.config;

import java.net.InetAddress;
import java.util.Objects;

/**
 * A group that a port of type {@code udp} joins.
 *
 * @param group         a multicast address
 * @param interfaceName the network interface to join it on
 * @param source        the only sender to listen to, of the group's family; null for all of them
 */
public record MulticastGroup(InetAddress group, String interfaceName, InetAddress source) {
    /** Whether the kernel takes both for one, though their interface may have two names. */
    boolean isSame(MulticastGroup other) {
        return group.equals(other.group)
                && Objects.equals(source, other.source)
                && HostInterfaces.areSame(interfaceName, other.interfaceName);
    }
}
