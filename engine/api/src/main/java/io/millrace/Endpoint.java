package io.millrace;

import java.net.InetSocketAddress;

/**
 * An address and a port. A flyweight like the frame that it was asked of: valid as long as that, and moved by the next
 * question for the same kind of address. Its numbers make no object.
 */
public interface Endpoint {
    /** 4 or 6, or 0 when the frame does not tell: an Ethernet frame that is not IP, for instance. */
    int ipVersion();

    /** The IPv4 address, its first byte in the highest bits; 0 for IPv6. */
    int ipv4();

    /** The first half of the IPv6 address; 0 for IPv4. */
    long ipv6High();

    /** The second half of the IPv6 address; 0 for IPv4. */
    long ipv6Low();

    /** The UDP or TCP port, 0 to 65535; 0 when there is none. */
    int port();

    /** Whether both address and port are the same. */
    boolean sameAs(Endpoint other);

    /**
     * As an object, to keep.
     *
     * @throws IllegalStateException when the frame does not tell
     */
    InetSocketAddress toSocketAddress();
}
