package io.millrace;

import java.net.InetSocketAddress;

/**
 * An address and a port. It is a flyweight like the frame that it belongs to: valid as long as the frame is, and moved
 * by the next call for the same kind of address. Reading the numbers makes no object.
 */
public interface Endpoint {
    /** The version of IP, 4 or 6; 0 if the frame has no address: an Ethernet frame that is not IP, for instance. */
    int ipVersion();

    /** The IPv4 address, its first byte in the highest bits; 0 for IPv6. */
    int ipv4();

    /** The first half of the IPv6 address; 0 for IPv4. */
    long ipv6High();

    /** The second half of the IPv6 address; 0 for IPv4. */
    long ipv6Low();

    /** The UDP or TCP port, 0 to 65535; 0 when there is none. */
    int port();

    /** Returns whether both address and port are the same. */
    boolean sameAs(Endpoint other);

    /**
     * Returns the address as an object, to keep.
     *
     * @throws IllegalStateException if the frame has no address
     */
    InetSocketAddress toSocketAddress();
}
