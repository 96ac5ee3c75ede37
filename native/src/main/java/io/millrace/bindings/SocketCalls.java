package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.MSG_DONTWAIT;
import static io.millrace.bindings.libc.libc_h.poll$address;
import static io.millrace.bindings.libc.libc_h.poll$descriptor;
import static io.millrace.bindings.libc.libc_h.recvfrom$address;
import static io.millrace.bindings.libc.libc_h.recvfrom$descriptor;
import static io.millrace.bindings.libc.libc_h.sendto$address;
import static io.millrace.bindings.libc.libc_h.sendto$descriptor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of a poller's duty cycle. A failed call does not throw: it returns the errno negated, as the kernel
 * does, so that EAGAIN costs a comparison. Nothing is allocated after construction.
 *
 * <p>One instance per thread: calls share the memory that receives the errno. With a confined arena another thread's
 * call, and with any arena a call after its close, throws as every access to an arena's memory does.
 *
 * <p>The handles are not linked as critical: in copy mode {@code sendto} transmits within the call, and a critical call
 * keeps the JVM from its safepoints.
 */
public final class SocketCalls {

    private static final MethodHandle SENDTO = CallState.link(sendto$address(), sendto$descriptor());
    private static final MethodHandle RECVFROM = CallState.link(recvfrom$address(), recvfrom$descriptor());
    private static final MethodHandle POLL = CallState.link(poll$address(), poll$descriptor());
    private static final int DONT_WAIT = MSG_DONTWAIT();

    private final MemorySegment state;

    /**
     * The calls of one thread.
     *
     * @param arena owner of the few bytes that receive the errno
     */
    public SocketCalls(Arena arena) {
        state = CallState.allocate(arena);
    }

    /**
     * Makes the kernel look at the TX ring of an AF_XDP socket: {@code sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0)}.
     *
     * @param fd the socket
     * @return 0, or the negated errno; -EAGAIN and -EBUSY ask for another try, see {@code xsk_sendmsg} in net/xdp/xsk.c
     */
    public int wakeTx(int fd) {
        try {
            return result((long) SENDTO.invokeExact(
                state, fd, MemorySegment.NULL, 0L, DONT_WAIT, MemorySegment.NULL, 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Makes the kernel look at the fill ring of an AF_XDP socket:
     * {@code recvfrom(fd, NULL, 0, MSG_DONTWAIT, NULL, NULL)}.
     *
     * @param fd the socket
     * @return 0, or the negated errno, see {@code xsk_recvmsg} in net/xdp/xsk.c
     */
    public int wakeRx(int fd) {
        try {
            return result((long) RECVFROM.invokeExact(
                state, fd, MemorySegment.NULL, 0L, DONT_WAIT, MemorySegment.NULL, MemorySegment.NULL));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Waits for events: poll(2).
     *
     * @param pollfds   an array of {@link io.millrace.bindings.libc.pollfd}
     * @param count     its length
     * @param timeoutMs how long to wait; 0 only looks, negative waits for ever
     * @return how many descriptors have events, 0 after the time-out, or the negated errno; -EINTR is not a failure
     */
    public int poll(MemorySegment pollfds, int count, int timeoutMs) {
        try {
            return result((int) POLL.invokeExact(state, pollfds, (long) count, timeoutMs));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int result(long returned) {
        return returned >= 0 ? (int) returned : -CallState.errno(state);
    }

    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
