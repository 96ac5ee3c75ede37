package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.AF_INET;
import static io.millrace.bindings.libc.libc_h.ENODEV;
import static io.millrace.bindings.libc.libc_h.F_SETFL;
import static io.millrace.bindings.libc.libc_h.IPPROTO_IP;
import static io.millrace.bindings.libc.libc_h.IPPROTO_IPV6;
import static io.millrace.bindings.libc.libc_h.IPPROTO_UDP;
import static io.millrace.bindings.libc.libc_h.IPV6_MULTICAST_ALL;
import static io.millrace.bindings.libc.libc_h.IPV6_MULTICAST_HOPS;
import static io.millrace.bindings.libc.libc_h.IPV6_MULTICAST_LOOP;
import static io.millrace.bindings.libc.libc_h.IPV6_RECVPKTINFO;
import static io.millrace.bindings.libc.libc_h.IP_MULTICAST_ALL;
import static io.millrace.bindings.libc.libc_h.IP_MULTICAST_LOOP;
import static io.millrace.bindings.libc.libc_h.IP_MULTICAST_TTL;
import static io.millrace.bindings.libc.libc_h.IP_PKTINFO;
import static io.millrace.bindings.libc.libc_h.MCAST_JOIN_GROUP;
import static io.millrace.bindings.libc.libc_h.MCAST_JOIN_SOURCE_GROUP;
import static io.millrace.bindings.libc.libc_h.MCAST_LEAVE_GROUP;
import static io.millrace.bindings.libc.libc_h.O_NONBLOCK;
import static io.millrace.bindings.libc.libc_h.POLLIN;
import static io.millrace.bindings.libc.libc_h.SOCK_DGRAM;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_TIMESTAMPNS;
import static io.millrace.bindings.libc.libc_h.UDP_GRO;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.group_req;
import io.millrace.bindings.libc.group_source_req;
import io.millrace.bindings.libc.pollfd;
import io.millrace.spi.EngineLog;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.AddressText;
import io.millrace.spi.config.ScopedAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.slf4j.Logger;

/** The socket of a UDP port, from {@code socket()} to {@code close()}. Cold; any thread may use this. */
final class UdpSocket {
    private static final Logger LOG = EngineLog.of(UdpSocket.class);
    private static final int LONGEST = 1 << 16;
    /** asm-generic/socket.h. */
    private static final int SO_BROADCAST = 6;

    private final PortSettings settings;
    private final List<MulticastGroup> groups;
    private final SocketSetUp socket;
    private final int family;
    private final boolean tellsLocalAddress;
    private final InetSocketAddress localAddress;
    /** The numbers of the interfaces on which groups were joined, by the interfaces' names. */
    private final Map<String, Integer> indexes = new HashMap<>();

    private final MemorySegment descriptor = pollfd.allocate(Arena.ofAuto());
    private boolean shutOut;
    private boolean closed;
    private long lastDrops;

    private UdpSocket(PortSettings settings, SocketSetUp socket, int family) {
        this.settings = settings;
        this.groups =
                settings.get(UdpKeys.MULTICAST).stream().map(MulticastGroup::of).toList();
        this.socket = socket;
        this.family = family;
        this.tellsLocalAddress = settings.get(UdpKeys.LOCAL_ADDRESS) == LocalAddress.ON
                || settings.get(UdpKeys.LOCAL_ADDRESS) == LocalAddress.AUTO
                        && settings.get(UdpKeys.BIND).getAddress().isAnyLocalAddress();
        socket.prepareToBind(settings.get(UdpKeys.BIND), settings.get(UdpKeys.REUSE_PORT), !groups.isEmpty());
        socket.buffers(settings.get(UdpKeys.RECEIVE_BUFFER), settings.get(UdpKeys.SEND_BUFFER));
        socket.busyPoll(settings.get(UdpKeys.BUSY_POLL));
        setOptions();
        socket.bind(settings.get(UdpKeys.BIND));
        groups.forEach(group -> join(group, indexes.computeIfAbsent(group.interfaceName(), this::interfaceIndex)));
        this.localAddress = socket.localAddress();
        pollfd.fd(descriptor, socket.fd());
        pollfd.events(descriptor, (short) POLLIN());
    }

    /** @throws HostException if the kernel refuses */
    static UdpSocket open(PortSettings settings) {
        int family = SocketAddresses.family(settings.get(UdpKeys.BIND).getAddress());
        SocketSetUp socket = SocketSetUp.open(settings.name(), family, SOCK_DGRAM());
        try {
            return new UdpSocket(settings, socket, family);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    private void setOptions() {
        boolean isIpv4 = isIpv4();
        socket.set(
                isIpv4 ? IPPROTO_IP() : IPPROTO_IPV6(), isIpv4 ? IP_PKTINFO() : IPV6_RECVPKTINFO(), tellsLocalAddress);
        socket.set(SOL_SOCKET(), SO_TIMESTAMPNS(), settings.get(UdpKeys.TIMESTAMPS));
        socket.set(IPPROTO_UDP(), UDP_GRO(), settings.get(UdpKeys.GRO));
        if (isIpv4 && settings.get(UdpKeys.REMOTE).isPresent()) {
            socket.set(SOL_SOCKET(), SO_BROADCAST, 1); // the remote may be a broadcast address
        }
        if (isIpv4) {
            socket.set(IPPROTO_IP(), IP_MULTICAST_TTL(), settings.get(UdpKeys.MULTICAST_TTL));
            socket.set(IPPROTO_IP(), IP_MULTICAST_LOOP(), settings.get(UdpKeys.MULTICAST_LOOP) ? 1 : 0);
            // do not receive from groups that only other programs have joined
            socket.set(IPPROTO_IP(), IP_MULTICAST_ALL(), 0);
        } else {
            socket.set(IPPROTO_IPV6(), IPV6_MULTICAST_HOPS(), settings.get(UdpKeys.MULTICAST_TTL));
            socket.set(IPPROTO_IPV6(), IPV6_MULTICAST_LOOP(), settings.get(UdpKeys.MULTICAST_LOOP) ? 1 : 0);
            socket.set(IPPROTO_IPV6(), IPV6_MULTICAST_ALL(), 0);
        }
    }

    /** The kernel leaves groups when the socket is closed. */
    private void join(MulticastGroup group, int index) {
        try {
            if (group.source() == null) {
                change(MCAST_JOIN_GROUP(), group, index);
            } else {
                joinSource(group, index);
            }
        } catch (SystemCallException e) {
            throw HostException.dueTo(
                    "multicast",
                    "port " + settings.name() + ": group "
                            + AddressText.write(group.group()) + " can't be joined on " + group.interfaceName() + " ("
                            + e.getMessage() + "); the interface must be up"
                            + " and able to do multicast, and net.ipv4.igmp_max_memberships not reached",
                    e);
        }
    }

    /** @param option joins or leaves a group, whatever its sources */
    private void change(int option, MulticastGroup group, int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = group_req.allocate(arena);
            group_req.gr_interface(request, index);
            SocketAddresses.write(group_req.gr_group(request), 0, new InetSocketAddress(group.group(), 0));
            Libc.setsockopt(socket.fd(), level(), option, request);
        }
    }

    private void joinSource(MulticastGroup group, int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = group_source_req.allocate(arena);
            group_source_req.gsr_interface(request, index);
            SocketAddresses.write(group_source_req.gsr_group(request), 0, new InetSocketAddress(group.group(), 0));
            SocketAddresses.write(group_source_req.gsr_source(request), 0, new InetSocketAddress(group.source(), 0));
            Libc.setsockopt(socket.fd(), level(), MCAST_JOIN_SOURCE_GROUP(), request);
        }
    }

    private int level() {
        return isIpv4() ? IPPROTO_IP() : IPPROTO_IPV6();
    }

    /**
     * Sets up on an interface what the socket had on the former one of the same name: groups, and the zone of its
     * address. Any thread but the poller's, one at a time.
     *
     * @throws HostException if the kernel refuses a part of it; the rest is set up
     */
    synchronized void setUpOn(String interfaceName, int index) {
        if (closed) {
            return;
        }
        List<MulticastGroup> groups = this.groups.stream()
                .filter(group -> group.interfaceName().equals(interfaceName))
                .toList();
        Integer before = groups.isEmpty() ? null : indexes.put(interfaceName, index);
        // Leaves all groups before it joins the first, since several entries may be sources of one group.
        for (MulticastGroup group : groups) {
            leave(group, index);
            if (before != null && before != index) {
                leave(group, before); // the kernel still counts it as a membership
            }
        }
        Failures failures = new Failures();
        groups.forEach(group -> failures.of(() -> join(group, index)));
        if (interfaceName.equals(ScopedAddress.interfaceName(settings.get(UdpKeys.BIND)))) {
            failures.of(() -> socket.moveTo(index, settings.get(UdpKeys.BIND)));
        }
        failures.raise();
    }

    /**
     * Leaves a group with all of its sources. On an interface that is gone the kernel can do that, but not source by
     * source.
     */
    private void leave(MulticastGroup group, int index) {
        try {
            change(MCAST_LEAVE_GROUP(), group, index);
        } catch (SystemCallException e) {
            LOG.debug(
                    "port {}: no group {} on interface {} to leave ({})",
                    settings.name(),
                    group.group(),
                    index,
                    e.errnoName());
        }
    }

    /** Collects the errors of steps, all of which are tried even if some fail. */
    private static final class Failures {
        private RuntimeException first;

        private void of(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }

        private void raise() {
            if (first != null) {
                throw first;
            }
        }
    }

    private int interfaceIndex(String name) {
        try {
            return Libc.ifNameToIndex(name);
        } catch (SystemCallException e) {
            if (e.errno() == ENODEV()) {
                throw HostException.dueTo(
                        "multicast",
                        "port " + settings.name() + ": there is no interface " + name
                                + " to join a group on; `ip link` lists those there are",
                        e);
            }
            throw e;
        }
    }

    int fd() {
        return socket.fd();
    }

    boolean isIpv4() {
        return family == AF_INET();
    }

    /** Returns whether each datagram comes with the address that it was sent to. */
    boolean tellsLocalAddress() {
        return tellsLocalAddress;
    }

    /** The address that the socket is bound to, with the port that the kernel has chosen. */
    InetSocketAddress localAddress() {
        return localAddress;
    }

    /** From now on no datagram comes into the receive queue; those in it can still be received. */
    synchronized void stopReceiving() {
        if (!shutOut && !closed) {
            SocketSetUp.shutOut(socket.fd());
            lastDrops = SocketSetUp.drops(socket.fd()); // after that, or drops in between would be in no account
            shutOut = true;
        }
    }

    /** Returns whether datagrams wait in the receive queue. Allocates nothing; one thread at a time. */
    boolean hasWaiting() {
        return SocketCalls.poll(descriptor, 1, 0) > 0 && (pollfd.revents(descriptor) & POLLIN()) != 0;
    }

    /**
     * Empties the receive queue of datagrams that will not be handled any more.
     *
     * @param datagram called with the length of each datagram
     */
    void discard(IntConsumer datagram) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment longest = arena.allocate(LONGEST);
            Libc.fcntl(socket.fd(), F_SETFL(), O_NONBLOCK());
            while (hasWaiting()) {
                datagram.accept((int) Libc.read(socket.fd(), longest));
            }
        } catch (SystemCallException e) { // a pending network error, or a receive that is still going on
            LOG.warn(
                    "port {}: datagrams that waited at the end could not be counted ({})",
                    settings.name(),
                    e.getMessage());
        }
    }

    /** The number of datagrams that found the receive queue full before receiving was stopped. */
    synchronized long drops() {
        return shutOut || closed ? lastDrops : SocketSetUp.drops(socket.fd());
    }

    synchronized void close() {
        if (!closed) {
            lastDrops = drops();
            closed = true;
            socket.close();
        }
    }
}
