package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.MSG_DONTWAIT;
import static io.millrace.bindings.libc.libc_h.MSG_NOSIGNAL;
import static io.millrace.bindings.libc.libc_h.close$handle;
import static io.millrace.bindings.libc.libc_h.getpeername$handle;
import static io.millrace.bindings.libc.libc_h.getsockname$handle;
import static io.millrace.bindings.libc.libc_h.recvfrom$handle;
import static io.millrace.bindings.libc.libc_h.sendto$handle;
import static io.millrace.bindings.libc.libc_h.setsockopt$handle;
import static io.millrace.bindings.libc.libc_h.shutdown$handle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The system calls by which a poller opens and ends connections while others carry traffic, for any thread. As with
 * {@link SocketCalls}, nothing is allocated, a failed call does not throw, and why it failed is not told.
 */
public final class ConnectionCalls {

    private static final MethodHandle GETPEERNAME = getpeername$handle();
    private static final MethodHandle GETSOCKNAME = getsockname$handle();
    private static final MethodHandle SETSOCKOPT = setsockopt$handle();
    private static final MethodHandle SHUTDOWN = shutdown$handle();
    private static final MethodHandle CLOSE = close$handle();
    private static final MethodHandle SENDTO = sendto$handle();
    private static final MethodHandle RECVFROM = recvfrom$handle();
    private static final int SEND_FLAGS = MSG_DONTWAIT() | MSG_NOSIGNAL();
    private static final int RECEIVE_FLAGS = MSG_DONTWAIT();

    private ConnectionCalls() {}

    /**
     * Reads the address that a socket is connected to.
     *
     * @param fd          the socket
     * @param address     receives it, cut off where it does not fit
     * @param lengthBytes an {@code int} that receives its length, uncut
     * @return whether the call succeeded; it fails when the peer has gone
     */
    public static boolean getpeername(int fd, MemorySegment address, MemorySegment lengthBytes) {
        lengthBytes.set(ValueLayout.JAVA_INT, 0, (int) address.byteSize());
        try {
            return (int) GETPEERNAME.invokeExact(fd, address, lengthBytes) == 0;
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Reads the address that a socket is bound to.
     *
     * @param fd          the socket
     * @param address     receives it, cut off where it does not fit
     * @param lengthBytes an {@code int} that receives its length, uncut
     * @return whether the call succeeded
     */
    public static boolean getsockname(int fd, MemorySegment address, MemorySegment lengthBytes) {
        lengthBytes.set(ValueLayout.JAVA_INT, 0, (int) address.byteSize());
        try {
            return (int) GETSOCKNAME.invokeExact(fd, address, lengthBytes) == 0;
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Sets an option of a socket.
     *
     * @param fd     the socket
     * @param level  SOL_SOCKET, IPPROTO_TCP…
     * @param option SO_LINGER, TCP_NODELAY…
     * @param value  the whole segment is passed
     * @return whether the call succeeded
     */
    public static boolean setsockopt(int fd, int level, int option, MemorySegment value) {
        try {
            return (int) SETSOCKOPT.invokeExact(fd, level, option, value, (int) value.byteSize()) == 0;
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Ends a connection, or one direction of it; its descriptor stays open.
     *
     * @param fd  the socket
     * @param how SHUT_RD, SHUT_WR or SHUT_RDWR
     * @return whether the call succeeded; it fails when the connection has ended
     */
    public static boolean shutdown(int fd, int how) {
        try {
            return (int) SHUTDOWN.invokeExact(fd, how) == 0;
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Closes a descriptor, which is gone even if this fails.
     *
     * @param fd the descriptor
     * @return whether the call succeeded
     */
    public static boolean close(int fd) {
        try {
            return (int) CLOSE.invokeExact(fd) == 0;
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Sends as much as there is room for, without waiting.
     *
     * @param fd    a connected socket
     * @param bytes what to send
     * @return bytes sent, or -1 if it failed or there was no room
     */
    public static long send(int fd, MemorySegment bytes) {
        try {
            return (long) SENDTO.invokeExact(fd, bytes, bytes.byteSize(), SEND_FLAGS, MemorySegment.NULL, 0);
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Receives what is there, without waiting.
     *
     * @param fd   a connected socket
     * @param into receives it
     * @return bytes received, 0 at the end of the stream, or -1 if it failed or there were no bytes
     */
    public static long receive(int fd, MemorySegment into) {
        try {
            return (long) RECVFROM.invokeExact(
                    fd, into, into.byteSize(), RECEIVE_FLAGS, MemorySegment.NULL, MemorySegment.NULL);
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }
}
