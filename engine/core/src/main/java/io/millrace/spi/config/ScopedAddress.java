package io.millrace.spi.config;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * An IPv6 address in the zone of an interface. The interface is known by its name, since an interface that is made anew
 * gets another number from the kernel.
 */
public final class ScopedAddress extends InetSocketAddress {
    private static final long serialVersionUID = 1;

    private final String interfaceName;

    /** @param address the address, with the number that the interface has at the moment */
    ScopedAddress(Inet6Address address, int port, String interfaceName) {
        super(address, port);
        this.interfaceName = interfaceName;
    }

    /** The interface's name, or an alternative one, as the config has it. */
    public String interfaceName() {
        return interfaceName;
    }

    /** The current number of the interface; if there is none, the number that it had when the config was read. */
    public int scopeId() {
        int index = HostInterfaces.index(interfaceName);
        return index == 0 ? ((Inet6Address) getAddress()).getScopeId() : index;
    }

    /** Returns the interface of an address's zone; null if it has none. */
    public static String interfaceName(InetSocketAddress address) {
        return address instanceof ScopedAddress scoped ? scoped.interfaceName : null;
    }
}
