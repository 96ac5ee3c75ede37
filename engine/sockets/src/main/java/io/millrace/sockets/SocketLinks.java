package io.millrace.sockets;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortSettings;
import io.millrace.statistics.LinkStatistics;
import java.util.ArrayList;
import java.util.List;

/** The interfaces that a socket port depends on. Immutable; any thread may use this. */
final class SocketLinks {
    /** The links of a port that depends on no interface. */
    static final SocketLinks NONE = new SocketLinks(List.of());
    /** A number that no interface has, so that the interface is taken to be gone. */
    private static final int NO_INDEX = Integer.MAX_VALUE;

    private final List<LinkedPort> links;

    private SocketLinks(List<LinkedPort> links) {
        this.links = List.copyOf(links);
    }

    /** Sets up what a port has on an interface, which is given by its name in the config. Link thread. */
    interface SetUp {
        /**
         * Sets it up on an interface that exists.
         *
         * @param index the kernel's number of the interface
         * @throws RuntimeException if the kernel refuses; the message says why
         */
        void on(String interfaceName, int index);

        /** The interface is gone: begins to end what depends on it. The kernel has forgotten the rest. */
        default void lose(String interfaceName) {}

        /** Returns whether what depends on the lost interface has ended. */
        default boolean isLost(String interfaceName) {
            return true;
        }
    }

    static SocketLinks of(PortSettings settings, boolean isIpv4, SetUp setUp) {
        List<LinkedPort> links = new ArrayList<>();
        for (String name : settings.interfaceNames()) {
            links.add(new SocketLink(settings.name(), name, index(name), isIpv4, setUp));
        }
        return new SocketLinks(links);
    }

    private static int index(String name) {
        try {
            return Libc.ifNameToIndex(name);
        } catch (SystemCallException e) { // the interface has gone since the socket was opened
            return NO_INDEX;
        }
    }

    List<LinkedPort> all() {
        return links;
    }

    /** Merges the state of all links into one record; null if there are none. */
    LinkStatistics statistics() {
        return LinkStatistics.ofAll(
                links.stream().map(port -> port.link().statistics()).toList());
    }
}
