package io.millrace.lab.traffic;

import io.millrace.afxdp.XdpSocket;
import io.millrace.bindings.SocketCalls;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.FramePool;
import io.millrace.ring.TxRing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The sending half of an AF_XDP socket: pool -> stamp -> TX ring -> kernel -> completion ring -> pool. All frames of
 * the pool hold the template already, so that a frame costs a stamp and a descriptor.
 *
 * <p>One thread; nothing is allocated after construction.
 */
final class FrameSender {
    private final int fd;
    private final TxRing tx;
    private final CompletionRing completion;
    private final FramePool pool;
    private final MemorySegment memory;
    private final FrameStamp stamp;
    private final int length;
    private long next;
    private int sending;

    FrameSender(XdpSocket socket, MemorySegment memory, FramePool pool, FrameStamp stamp, int length, Arena arena) {
        fd = socket.fd();
        tx = socket.rings().tx();
        completion = socket.rings().completion();
        this.pool = pool;
        this.memory = memory;
        this.stamp = stamp;
        this.length = length;
    }

    /** Hands frames to the kernel; returns how many, fewer where ring or pool run out. */
    int send(int wanted) {
        complete();
        int count = tx.reserve(Math.min(wanted, pool.available()));
        for (int i = 0; i < count; i++) {
            long frame = pool.take();
            stamp.write(memory, frame, next++, stamp.isTimed() ? System.nanoTime() : 0);
            tx.frame(i, frame, length);
        }
        if (count > 0) {
            tx.submit(count);
            sending += count;
        }
        wake();
        return count;
    }

    /** In copy mode the kernel sends within this call only, 32 frames a call; what it leaves, the next call sends. */
    private void wake() {
        int pending = tx.pending();
        while (pending > 0 && tx.needsWakeUp()) {
            SocketCalls.wakeTx(fd);
            int left = tx.pending();
            if (left == pending) {
                return;
            }
            pending = left;
        }
    }

    /** Takes back what the kernel has sent, and asks it again to send the rest; returns what it still has. */
    int complete() {
        if (sending > 0) {
            int count = completion.peek(sending);
            for (int i = 0; i < count; i++) {
                pool.give(completion.address(i));
            }
            if (count > 0) {
                completion.release(count);
                sending -= count;
            }
            wake();
        }
        return sending;
    }

    /** Frames handed to the kernel, which is the next sequence number too. */
    long sent() {
        return next;
    }
}
