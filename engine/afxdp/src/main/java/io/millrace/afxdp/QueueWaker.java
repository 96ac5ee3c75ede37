package io.millrace.afxdp;

import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.libc.pollfd;
import io.millrace.ring.FillRing;
import io.millrace.ring.TxRing;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Makes and counts the system calls of a queue's duty cycle, as few as the way in which its socket is bound allows
 * ({@link WakeUps}). Only the poller's thread may use this.
 */
final class QueueWaker {
    private final int fd;
    /** Whether the rings say when the kernel needs to be woken. */
    private final boolean flagged;
    /** Whether each duty cycle has to run the driver's receive. */
    private final boolean busyPoll;
    /** The argument of poll(2) for the socket; null unless busy polling. */
    private final MemorySegment pollDescriptor;

    private final PortCounters counters;

    QueueWaker(int fd, WakeUps wakeUps, PortCounters counters) {
        this.fd = fd;
        this.flagged = wakeUps.flagged();
        this.busyPoll = wakeUps.busyPoll();
        this.pollDescriptor = busyPoll ? pollDescriptor(fd) : null;
        this.counters = counters;
    }

    private static MemorySegment pollDescriptor(int fd) {
        MemorySegment descriptor = pollfd.allocate(Arena.ofAuto());
        pollfd.fd(descriptor, fd);
        return descriptor;
    }

    /**
     * Makes the kernel send what is in the TX ring. In copy mode the kernel only sends inside this system call, on
     * older kernels 32 frames a call ({@code TX_BATCH_SIZE}, {@code net/xdp/xsk.c}). So this calls until the ring is
     * empty or a call took nothing, and leaves the rest to the next duty cycle. Without flags it can't know whether the
     * kernel waits for the call.
     *
     * <p>In zero-copy mode with busy polling the call runs the driver's receive and does not wake the driver ({@code
     * xsk_no_wakeup}). A driver with a separate NAPI for sending, such as virtio_net, would never notice the frames;
     * poll(2) wakes it.
     */
    void wakeTx(TxRing tx) {
        int pending = tx.pending();
        int wakeups = 0;
        while (pending > 0 && (!flagged || tx.needsWakeUp())) {
            SocketCalls.wakeTx(fd);
            wakeups++;
            int left = tx.pending();
            if (left == pending && busyPoll) {
                SocketCalls.poll(pollDescriptor, 1, 0);
                wakeups++;
                left = tx.pending();
            }
            if (left == pending) {
                counters.add(PortCounter.TX_BUSY, 1);
                break;
            }
            pending = left;
        }
        if (wakeups > 0) {
            counters.add(PortCounter.TX_WAKEUPS, wakeups);
        }
    }

    /**
     * Wakes the kernel to receive. In zero-copy mode a driver that ran out of free frames stops looking at the fill
     * ring and sets the ring's flag; without this call it would never receive again. While the fill ring is empty there
     * is no reason to wake it, and obeying the flag would cost a system call in each duty cycle. With busy polling,
     * this call is what runs the driver's receive.
     */
    void wakeRx(FillRing fill) {
        if (busyPoll || fill.needsWakeUp() && fill.pending() > 0) {
            SocketCalls.wakeRx(fd);
            counters.add(PortCounter.RX_WAKEUPS, 1);
        }
    }
}
