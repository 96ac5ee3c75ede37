package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EACCES;
import static io.millrace.bindings.libc.libc_h.EADDRINUSE;
import static io.millrace.bindings.libc.libc_h.EADDRNOTAVAIL;
import static io.millrace.bindings.libc.libc_h.EPERM;
import static io.millrace.bindings.libc.libc_h.IPPROTO_IPV6;
import static io.millrace.bindings.libc.libc_h.IPV6_V6ONLY;
import static io.millrace.bindings.libc.libc_h.SK_MEMINFO_DROPS;
import static io.millrace.bindings.libc.libc_h.SK_MEMINFO_VARS;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_DGRAM;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_ATTACH_FILTER;
import static io.millrace.bindings.libc.libc_h.SO_BUSY_POLL;
import static io.millrace.bindings.libc.libc_h.SO_MEMINFO;
import static io.millrace.bindings.libc.libc_h.SO_RCVBUF;
import static io.millrace.bindings.libc.libc_h.SO_RCVBUFFORCE;
import static io.millrace.bindings.libc.libc_h.SO_REUSEADDR;
import static io.millrace.bindings.libc.libc_h.SO_REUSEPORT;
import static io.millrace.bindings.libc.libc_h.SO_SNDBUF;
import static io.millrace.bindings.libc.libc_h.SO_SNDBUFFORCE;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.Sockets;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.sock_filter;
import io.millrace.bindings.libc.sock_fprog;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Uninterrupted;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Opens one socket of a port and sets the options that UDP and TCP have in common; error messages name the port. The
 * socket is blocking, since io_uring would return EAGAIN from a non-blocking one instead of waiting. Cold.
 */
final class SocketSetUp {
    private static final Logger LOG = EngineLog.of(SocketSetUp.class);
    /** A classic BPF program of one instruction, {@code BPF_RET | BPF_K} with 0, which lets no packet pass. */
    private static final short RETURN = 6;
    /** asm-generic/socket.h. */
    private static final int SO_BINDTOIFINDEX = 62;

    private static final long BUSY_PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final String portName;
    private final int fd;
    private final boolean isDatagram;

    private SocketSetUp(String portName, int fd, boolean isDatagram) {
        this.portName = portName;
        this.fd = fd;
        this.isDatagram = isDatagram;
    }

    /** @param type {@code SOCK_DGRAM} or {@code SOCK_STREAM} */
    static SocketSetUp open(String portName, int family, int type) {
        try {
            return new SocketSetUp(portName, Libc.socket(family, type | SOCK_CLOEXEC(), 0), type == SOCK_DGRAM());
        } catch (SystemCallException e) {
            throw new HostException(
                    "port " + portName + ": no socket can be opened (" + e.getMessage()
                            + "); see `ulimit -n`, and for IPv6 whether the host has it",
                    e);
        }
    }

    int fd() {
        return fd;
    }

    void set(int level, int option, int value) {
        try {
            Libc.setsockopt(fd, level, option, value);
        } catch (SystemCallException e) {
            throw new HostException(
                    "port " + portName + ": the kernel refuses socket option " + option + " of level " + level + " ("
                            + e.getMessage() + "); leave the setting at its default",
                    e);
        }
    }

    void set(int level, int option, boolean on) {
        if (on) {
            set(level, option, 1);
        }
    }

    /**
     * Restricts an IPv6 socket to IPv6, and lets it reuse an address whose former owner's connections are still ending.
     */
    void prepareToBind(InetSocketAddress address, boolean reusePort, boolean reuseAddress) {
        if (SocketAddresses.family(address.getAddress()) != io.millrace.bindings.libc.libc_h.AF_INET()) {
            set(IPPROTO_IPV6(), IPV6_V6ONLY(), 1);
        }
        set(SOL_SOCKET(), SO_REUSEADDR(), reuseAddress);
        set(SOL_SOCKET(), SO_REUSEPORT(), reusePort);
    }

    /**
     * Waits up to a second for an address in use, because an ended process keeps its sockets while its ring is torn
     * down.
     */
    void bind(InetSocketAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = SocketAddresses.allocate(arena, address);
            Uninterrupted.whileBusy(BUSY_PATIENCE_NS, SocketSetUp::isInUse, () -> {
                Libc.bind(fd, name);
                return null;
            });
        } catch (SystemCallException e) {
            throw bindFailure(address, e);
        }
    }

    /**
     * Binds a socket whose address is in an interface's zone to the next interface of the name, if it is a different
     * one. Changing the device binding needs CAP_NET_RAW, even if it stays the same. But any process may dissolve the
     * binding of a UDP socket that has a port of its own, and bind it again.
     *
     * @param address the address that it was bound to
     */
    void moveTo(int index, InetSocketAddress address) {
        if (get(SOL_SOCKET(), SO_BINDTOIFINDEX) == index) {
            return;
        }
        try {
            Libc.setsockopt(fd, SOL_SOCKET(), SO_BINDTOIFINDEX, index);
        } catch (SystemCallException e) {
            if (e.errno() != EPERM() || !isDatagram || address.getPort() == 0) {
                throw HostException.dueTo(
                        "bind",
                        "port " + portName + ": " + SocketAddresses.text(address)
                                + " can't be moved to the interface that is there now (" + e.getMessage()
                                + "); restart the engine, or give the JVM CAP_NET_RAW",
                        e);
            }
            try (Arena arena = Arena.ofConfined()) {
                Sockets.connect(fd, arena.allocate(SocketAddresses.SPACE, Long.BYTES)); // to nobody: AF_UNSPEC is 0
            }
            Libc.setsockopt(fd, SOL_SOCKET(), SO_BINDTOIFINDEX, index);
        }
    }

    private static boolean isInUse(RuntimeException e) {
        return e instanceof SystemCallException call && call.errno() == EADDRINUSE();
    }

    private HostException bindFailure(InetSocketAddress address, SystemCallException e) {
        String place = "port " + portName + ": " + SocketAddresses.text(address) + " ";
        if (e.errno() == EADDRINUSE()) {
            return HostException.dueTo(
                    "bind",
                    place + "is in use (EADDRINUSE); stop its owner (`ss -lnp` names it),"
                            + " choose another port, or set reuse-port = on in both",
                    e);
        }
        if (e.errno() == EACCES()) {
            return HostException.dueTo(
                    "bind",
                    place + "needs a privilege (EACCES), as ports below 1024 do; choose a"
                            + " higher port, or give the JVM CAP_NET_BIND_SERVICE, or lower"
                            + " net.ipv4.ip_unprivileged_port_start",
                    e);
        }
        if (e.errno() == EADDRNOTAVAIL()) {
            return HostException.dueTo(
                    "bind",
                    place + "is no address of this host (EADDRNOTAVAIL); use one that"
                            + " `ip address` lists, or 0.0.0.0 or [::]",
                    e);
        }
        return HostException.dueTo(
                "bind", place + "can't be bound (" + e.getMessage() + "); choose another address", e);
    }

    /**
     * Sets the sizes of the socket's buffers; 0 leaves them unchanged. The kernel doubles the size, for its own needs.
     */
    void buffers(int receiveBytes, int sendBytes) {
        buffer("receive", receiveBytes, SO_RCVBUFFORCE(), SO_RCVBUF(), "net.core.rmem_max");
        buffer("send", sendBytes, SO_SNDBUFFORCE(), SO_SNDBUF(), "net.core.wmem_max");
    }

    private void buffer(String which, int bytes, int force, int option, String limit) {
        if (bytes == 0) {
            return;
        }
        try {
            Libc.setsockopt(fd, SOL_SOCKET(), force, bytes);
        } catch (SystemCallException e) { // without CAP_NET_ADMIN the limit applies
            set(SOL_SOCKET(), option, bytes);
        }
        int got = get(SOL_SOCKET(), option) / 2;
        if (got < bytes) {
            LOG.warn(
                    "port {}: {}-buffer is {} bytes, and the kernel gave {}; raise it with `sysctl {}={}`, or run with"
                            + " CAP_NET_ADMIN",
                    portName,
                    which,
                    bytes,
                    got,
                    limit,
                    bytes);
        }
    }

    int get(int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            Libc.getsockopt(fd, level, option, value);
            return value.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** {@code SO_BUSY_POLL}; beyond net.core.busy_read only with CAP_NET_ADMIN. */
    void busyPoll(long ns) {
        if (ns == 0) {
            return;
        }
        try {
            Libc.setsockopt(fd, SOL_SOCKET(), SO_BUSY_POLL(), (int) TimeUnit.NANOSECONDS.toMicros(ns));
        } catch (SystemCallException e) {
            LOG.warn(
                    "port {}: the kernel refuses busy-poll ({}); going on without, {}",
                    portName,
                    e.errnoName(),
                    e.errno() == EPERM() ? "run with CAP_NET_ADMIN" : "it may lack CONFIG_NET_RX_BUSY_POLL");
        }
    }

    /** Returns the address that the socket is bound to, with the port that the kernel has chosen. */
    InetSocketAddress localAddress() {
        return localAddress(fd);
    }

    static InetSocketAddress localAddress(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
            Sockets.getsockname(fd, address);
            return SocketAddresses.toObject(address);
        }
    }

    /** Lets no more packets into the socket's receive queue; those in it stay. Any thread may call this. */
    static void shutOut(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instruction = sock_filter.allocate(arena);
            sock_filter.code(instruction, RETURN);
            MemorySegment program = sock_fprog.allocate(arena);
            sock_fprog.len(program, (short) 1);
            sock_fprog.filter(program, instruction);
            Libc.setsockopt(fd, SOL_SOCKET(), SO_ATTACH_FILTER(), program);
        }
    }

    /**
     * The number of datagrams that the kernel has dropped because the receive queue was full, which {@code SO_RXQ_OVFL}
     * tells.
     */
    static long drops(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(ValueLayout.JAVA_INT, SK_MEMINFO_VARS());
            Libc.getsockopt(fd, SOL_SOCKET(), SO_MEMINFO(), info);
            return Integer.toUnsignedLong(info.getAtIndex(ValueLayout.JAVA_INT, SK_MEMINFO_DROPS()));
        }
    }

    void close() {
        Libc.close(fd);
    }
}
