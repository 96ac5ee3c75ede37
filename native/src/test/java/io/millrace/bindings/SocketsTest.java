package io.millrace.bindings;

import static io.millrace.bindings.LibcTest.assertFails;
import static io.millrace.bindings.libc.libc_h.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.libc.group_req;
import io.millrace.bindings.libc.in_addr;
import io.millrace.bindings.libc.linger;
import io.millrace.bindings.libc.pollfd;
import io.millrace.bindings.libc.sock_filter;
import io.millrace.bindings.libc.sock_fprog;
import io.millrace.bindings.libc.sockaddr_in;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets of the loopback interface, and what the kernel makes of the structures and options that are bound. */
class SocketsTest {

    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int LOOPBACK = 0x7f000001;
    private static final int GROUP = 0xefff0001; // 239.255.0.1
    private static final short BPF_RET_K = 0x06;
    private static final int TIMEOUT_MS = 10_000;

    private final Arena arena = Arena.ofConfined();
    private final Deque<Integer> opened = new ArrayDeque<>();
    private MemorySegment serverAddress;

    @BeforeEach
    void allocate() {
        serverAddress = address(LOOPBACK);
    }

    @AfterEach
    void close() {
        opened.forEach(Libc::close);
        arena.close();
    }

    @Test
    void shouldThrowTheErrnoOfTheCallThatFailed() {
        int socket = open(SOCK_STREAM());

        assertFails("listen", EBADF(), () -> Sockets.listen(-1, 1));
        assertFails("listen", EOPNOTSUPP(), () -> Sockets.listen(open(SOCK_DGRAM()), 1));
        assertFails("connect", EINVAL(), () -> Sockets.connect(socket, arena.allocate(1)));
        assertFails("accept4", EINVAL(), () -> Sockets.accept(socket, 0));
        assertFails("getsockname", EBADF(), () -> Sockets.getsockname(-1, serverAddress));
    }

    @Test
    void shouldBeRefusedWhereNobodyListens() {
        int bound = open(SOCK_STREAM());
        Libc.bind(bound, serverAddress);
        Sockets.getsockname(bound, serverAddress);

        assertFails("connect", ECONNREFUSED(), () -> Sockets.connect(open(SOCK_STREAM()), serverAddress));
    }

    @Test
    void shouldConnectAndNameBothEnds() {
        int server = listen();
        int client = open(SOCK_STREAM());

        Sockets.connect(client, serverAddress);
        int connection = accept(server, SOCK_NONBLOCK());

        assertEquals(O_NONBLOCK(), Libc.fcntl(connection, F_GETFL(), 0) & O_NONBLOCK());
        assertNotEquals(0, sockaddr_in.sin_port(serverAddress));
        assertSameAddress(serverAddress, peerName(client));
        assertSameAddress(serverAddress, name(connection));
        assertSameAddress(name(client), peerName(connection));
    }

    @Test
    void shouldReturnTheWholeLengthOfAnAddressThatIsCutOff() {
        int socket = open(SOCK_STREAM());
        MemorySegment family = arena.allocate(ValueLayout.JAVA_SHORT);

        assertEquals(sockaddr_in.sizeof(), Sockets.getsockname(socket, family));

        assertEquals(AF_INET(), family.get(ValueLayout.JAVA_SHORT, 0));
    }

    @Test
    void shouldConnectLaterWhenTheSocketDoesNotBlock() {
        listen();
        int client = open(SOCK_STREAM() | SOCK_NONBLOCK());

        assertFails("connect", EINPROGRESS(), () -> Sockets.connect(client, serverAddress));

        assertEquals(POLLOUT(), poll(client, POLLOUT()));
        MemorySegment error = arena.allocateFrom(ValueLayout.JAVA_INT, -1);
        Libc.getsockopt(client, SOL_SOCKET(), SO_ERROR(), error);
        assertEquals(0, error.get(ValueLayout.JAVA_INT, 0));
        assertFails("connect", EISCONN(), () -> {
            Sockets.connect(client, serverAddress); // tells once that it is done
            Sockets.connect(client, serverAddress);
        });
    }

    @Test
    void shouldEndOneDirectionAlone() {
        int server = listen();
        int client = open(SOCK_STREAM());
        Sockets.connect(client, serverAddress);
        int connection = accept(server, 0);
        MemorySegment bytes = arena.allocate(4);

        assertTrue(ConnectionCalls.shutdown(client, SHUT_WR()));

        assertEquals(POLLRDHUP(), poll(connection, POLLRDHUP()));
        assertEquals(0, Libc.read(connection, bytes));
        assertEquals(4, Libc.write(connection, bytes));
        assertEquals(4, Libc.read(client, bytes));
    }

    @Test
    void shouldSetTheOptionsOfAConnection() {
        int client = open(SOCK_STREAM());
        MemorySegment lingering = arena.allocate(linger.layout());
        linger.l_onoff(lingering, 1);
        linger.l_linger(lingering, 7);

        Libc.setsockopt(client, SOL_SOCKET(), SO_LINGER(), lingering);
        Libc.setsockopt(client, IPPROTO_TCP(), TCP_KEEPIDLE(), 11);
        Libc.setsockopt(client, IPPROTO_TCP(), TCP_USER_TIMEOUT(), 13_000);

        lingering.fill((byte) 0);
        Libc.getsockopt(client, SOL_SOCKET(), SO_LINGER(), lingering);
        assertEquals(1, linger.l_onoff(lingering));
        assertEquals(7, linger.l_linger(lingering));
        assertEquals(11, option(client, IPPROTO_TCP(), TCP_KEEPIDLE()));
        assertEquals(13_000, option(client, IPPROTO_TCP(), TCP_USER_TIMEOUT()));
        assertEquals(AF_INET(), option(client, SOL_SOCKET(), SO_DOMAIN()));
        assertEquals(IPPROTO_TCP(), option(client, SOL_SOCKET(), SO_PROTOCOL()));
    }

    @Test
    void shouldCountWhatAFilterDrops() throws Exception {
        int receiver = open(SOCK_DGRAM());
        Libc.bind(receiver, serverAddress);
        Sockets.getsockname(receiver, serverAddress);
        MemorySegment dropAll = arena.allocate(sock_filter.layout());
        sock_filter.code(dropAll, BPF_RET_K);
        MemorySegment program = arena.allocate(sock_fprog.layout());
        sock_fprog.len(program, (short) 1);
        sock_fprog.filter(program, dropAll);
        int sender = open(SOCK_DGRAM());
        Sockets.connect(sender, serverAddress);

        Libc.setsockopt(receiver, SOL_SOCKET(), SO_ATTACH_FILTER(), program);
        Libc.write(sender, arena.allocate(4));
        awaitDrop(receiver);
        assertEquals(1, drops(receiver));

        Libc.setsockopt(receiver, SOL_SOCKET(), SO_DETACH_FILTER(), 0);
        Libc.write(sender, arena.allocate(4));
        assertEquals(POLLIN(), poll(receiver, POLLIN()));
        assertEquals(1, drops(receiver));
    }

    @Test
    void shouldJoinAndLeaveAGroup() {
        int receiver = open(SOCK_DGRAM());
        MemorySegment group = arena.allocate(group_req.layout());
        group_req.gr_interface(group, Libc.ifNameToIndex("lo"));
        group_req.gr_group(group).copyFrom(address(GROUP));

        Libc.setsockopt(receiver, IPPROTO_IP(), MCAST_JOIN_GROUP(), group);
        assertFails(
                "setsockopt", EADDRINUSE(), () -> Libc.setsockopt(receiver, IPPROTO_IP(), MCAST_JOIN_GROUP(), group));
        Libc.setsockopt(receiver, IPPROTO_IP(), MCAST_LEAVE_GROUP(), group);
        assertFails(
                "setsockopt",
                EADDRNOTAVAIL(),
                () -> Libc.setsockopt(receiver, IPPROTO_IP(), MCAST_LEAVE_GROUP(), group));
    }

    private int open(int type) {
        int socket = Libc.socket(AF_INET(), type | SOCK_CLOEXEC(), 0);
        opened.push(socket);
        return socket;
    }

    private int listen() {
        int server = open(SOCK_STREAM());
        Libc.bind(server, serverAddress);
        Sockets.listen(server, 1);
        assertEquals(sockaddr_in.sizeof(), Sockets.getsockname(server, serverAddress));
        return server;
    }

    private int accept(int server, int flags) {
        int connection = Sockets.accept(server, flags | SOCK_CLOEXEC());
        opened.push(connection);
        return connection;
    }

    private MemorySegment address(int ip) {
        MemorySegment address = arena.allocate(sockaddr_in.layout());
        sockaddr_in.sin_family(address, (short) AF_INET());
        sockaddr_in.sin_addr(address).set(NETWORK_INT, in_addr.s_addr$offset(), ip);
        return address;
    }

    private MemorySegment name(int socket) {
        MemorySegment name = arena.allocate(sockaddr_in.layout());
        assertEquals(sockaddr_in.sizeof(), Sockets.getsockname(socket, name));
        return name;
    }

    private MemorySegment peerName(int socket) {
        MemorySegment name = arena.allocate(sockaddr_in.layout());
        assertTrue(ConnectionCalls.getpeername(socket, name, arena.allocate(ValueLayout.JAVA_INT)));
        return name;
    }

    private static void assertSameAddress(MemorySegment expected, MemorySegment actual) {
        assertEquals(-1, expected.mismatch(actual), "the first byte that differs");
    }

    private int poll(int socket, int events) {
        MemorySegment poll = arena.allocate(pollfd.layout());
        pollfd.fd(poll, socket);
        pollfd.events(poll, (short) events);
        SocketCalls.poll(poll, 1, TIMEOUT_MS);
        return pollfd.revents(poll);
    }

    private int option(int socket, int level, int option) {
        MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
        assertEquals(Integer.BYTES, Libc.getsockopt(socket, level, option, value));
        return value.get(ValueLayout.JAVA_INT, 0);
    }

    /** The kernel may deliver after the write that sent has returned. */
    private void awaitDrop(int socket) throws InterruptedException {
        for (int waitedMs = 0; waitedMs < TIMEOUT_MS && drops(socket) == 0; waitedMs++) {
            Thread.sleep(1);
        }
    }

    private int drops(int socket) {
        MemorySegment info = arena.allocate(ValueLayout.JAVA_INT, SK_MEMINFO_VARS());
        assertEquals(info.byteSize(), Libc.getsockopt(socket, SOL_SOCKET(), SO_MEMINFO(), info));
        return info.getAtIndex(ValueLayout.JAVA_INT, SK_MEMINFO_DROPS());
    }
}
