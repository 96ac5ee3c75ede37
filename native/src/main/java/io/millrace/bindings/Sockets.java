package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.*;

import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The system calls that set UDP and TCP sockets up, for any thread; {@link Libc} has those that every kind of socket
 * takes, {@link ConnectionCalls} those that come with each connection. Addresses are {@code struct sockaddr_in} or
 * {@code struct sockaddr_in6}, whose ports and addresses are in network byte order.
 *
 * <p>Every failure throws {@link SystemCallException}. Calls allocate, and block unless the socket is SOCK_NONBLOCK.
 */
public final class Sockets {

    private static final ErrnoCall LISTEN = ErrnoCall.of("listen", libc_h::listen$address, libc_h::listen$descriptor);
    private static final ErrnoCall CONNECT =
            ErrnoCall.of("connect", libc_h::connect$address, libc_h::connect$descriptor);
    private static final ErrnoCall ACCEPT4 =
            ErrnoCall.of("accept4", libc_h::accept4$address, libc_h::accept4$descriptor);
    private static final ErrnoCall GETSOCKNAME =
            ErrnoCall.of("getsockname", libc_h::getsockname$address, libc_h::getsockname$descriptor);

    private Sockets() {}

    /**
     * Makes a socket accept connections. One that has no address yet gets a free port of every address of the host.
     *
     * @param fd      the socket
     * @param backlog how many connections may wait to be accepted; the kernel caps it at net.core.somaxconn
     */
    public static void listen(int fd, int backlog) {
        LISTEN.call((function, state) -> (int) function.invokeExact(state, fd, backlog));
    }

    /**
     * Connects a socket. Of a TCP socket that is SOCK_NONBLOCK, EINPROGRESS is thrown and the connection comes later:
     * the socket is then ready for POLLOUT, and SO_ERROR tells how it went. After EINTR too it comes later.
     *
     * @param fd      the socket
     * @param address the peer's address, of the length that its family has
     */
    public static void connect(int fd, MemorySegment address) {
        int lengthBytes = (int) address.byteSize();
        CONNECT.call((function, state) -> (int) function.invokeExact(state, fd, address, lengthBytes));
    }

    /**
     * Takes the next connection of a socket that listens.
     *
     * @param fd    the socket that listens
     * @param flags SOCK_CLOEXEC, SOCK_NONBLOCK… of the new socket, which inherits neither
     * @return the connection's socket, which the caller closes
     */
    public static int accept(int fd, int flags) {
        return (int) ACCEPT4.call((function, state) ->
                (int) function.invokeExact(state, fd, MemorySegment.NULL, MemorySegment.NULL, flags));
    }

    /**
     * Reads the address that a socket is bound to.
     *
     * @param fd      the socket
     * @param address receives it, cut off where it does not fit
     * @return the address's length in bytes, uncut
     */
    public static int getsockname(int fd, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lengthBytes = arena.allocateFrom(ValueLayout.JAVA_INT, (int) address.byteSize());
            GETSOCKNAME.call((function, state) -> (int) function.invokeExact(state, fd, address, lengthBytes));
            return lengthBytes.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
