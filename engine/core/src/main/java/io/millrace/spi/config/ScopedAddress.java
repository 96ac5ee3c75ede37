package io.millrace.spi.config;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * An IPv6 address in the zone of an interface, which it knows by its name: an interface that is made anew has another
 * number in the kernel.
 */
public final class ScopedAddress extends InetSocketAddress {
    private static final long serialVersionUID = 1;

    private final String interfaceName;

    /** @param address with the number that the interface has at the moment */
    ScopedAddress(Inet6Address address, int port, String interfaceName) {
        super(address, port);
        this.interfaceName = interfaceName;
    }

    /** The name, or an alternative one, as the config has it. */
    public String interfaceName() {
        return interfaceName;
    }

    /** The number that the interface has now; the one that it had when the config was read, if there is none. */
    public int scopeId() {
        int index = HostInterfaces.index(interfaceName);
        return index == 0 ? ((Inet6Address) getAddress()).getScopeId() : index;
    }

    /** The interface of an address's zone; null if it has none. */
    public static String interfaceName(InetSocketAddress address) {
        return address instanceof ScopedAddress scoped ? scoped.interfaceName : null;
    }
}
