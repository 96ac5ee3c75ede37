package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.MSG_DONTWAIT;
import static io.millrace.bindings.libc.libc_h.poll$handle;
import static io.millrace.bindings.libc.libc_h.recvfrom$handle;
import static io.millrace.bindings.libc.libc_h.sendto$handle;

import java.lang.foreign.MemorySegment;

/**
 * The system calls of a poller's duty cycle, for any thread. Nothing is allocated and a failed call does not throw.
 *
 * <p>They say that a call failed, not why: a poller acts on what its rings show afterwards, and capturing the errno
 * makes the linker cut a new segment at each call until the compiler has proven it away.
 *
 * <p>The handles are not linked as critical: in copy mode {@code sendto} transmits within the call, and a critical call
 * keeps the JVM from its safepoints.
 */
public final class SocketCalls {

    private static final int DONT_WAIT = MSG_DONTWAIT();

    private SocketCalls() {}

    /**
     * Makes the kernel look at the TX ring of an AF_XDP socket: {@code sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0)}. It
     * takes a part of what is there and fails with EAGAIN when there is more, see {@code xsk_sendmsg} in net/xdp/xsk.c:
     * look at the ring, then call again.
     *
     * @param fd the socket
     * @return whether the call succeeded
     */
    public static boolean wakeTx(int fd) {
        try {
            return (long) sendto$handle().invokeExact(fd, MemorySegment.NULL, 0L, DONT_WAIT, MemorySegment.NULL, 0)
                    >= 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Makes the kernel look at the fill ring of an AF_XDP socket:
     * {@code recvfrom(fd, NULL, 0, MSG_DONTWAIT, NULL, NULL)}, see {@code xsk_recvmsg} in net/xdp/xsk.c.
     *
     * @param fd the socket
     * @return whether the call succeeded
     */
    public static boolean wakeRx(int fd) {
        try {
            return (long) recvfrom$handle()
                            .invokeExact(fd, MemorySegment.NULL, 0L, DONT_WAIT, MemorySegment.NULL, MemorySegment.NULL)
                    >= 0;
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
     * @return how many descriptors have events, 0 after the time-out, -1 when a signal interrupted it or it failed
     */
    public static int poll(MemorySegment pollfds, int count, int timeoutMs) {
        try {
            return (int) poll$handle().invokeExact(pollfds, (long) count, timeoutMs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
