package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.POLLIN;
import static io.millrace.bindings.uring.uring_h.IORING_OP_POLL_ADD;
import static io.millrace.bindings.uring.uring_h.IORING_POLL_ADD_MULTI;

import io.millrace.ring.CompletionQueue;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.PollDescriptors;
import io.millrace.spi.Port;
import io.millrace.spi.SleepLimit;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.agrona.concurrent.IdleStrategy;

/**
 * Implements {@code idle = wait} for a poller with sockets: sleeps in one system call until any of its ports has work.
 * Sockets complete operations; AF_XDP queues are watched by a multishot poll of their descriptors. While stages or
 * leases have frames, or an AF_XDP port is sending, whose return wakes nobody, it only naps. Only the poller's thread
 * may use this.
 */
final class UringWait implements IdleStrategy, CompletionHandler {
    /** The length of a nap, which is how late a frame that comes back is noticed while nothing is received. */
    private static final long NAP_NS = 50_000;
    /** The longest sleep, so that a stop is noticed in time. */
    private static final long SLEEP_NS = 50_000_000;

    private static final int NO_DESCRIPTOR = -1;
    private static final int NEVER_SEEN = -1;

    private final Uring uring;
    private final PollDescriptors[] polled;
    private final SleepLimit limit;
    private final int[] descriptors;
    /** The {@link PollDescriptors#pollGeneration} of the descriptors that are polled. */
    private final int[] generations;

    private final boolean[] armed;
    private final boolean[] cancelled;
    private int underWay;
    private boolean quiet;

    UringWait(Uring uring, Port[] ports, SleepLimit limit) {
        this.uring = uring;
        this.limit = limit;
        this.polled = Stream.of(ports)
                .filter(PollDescriptors.class::isInstance)
                .map(PollDescriptors.class::cast)
                .toArray(PollDescriptors[]::new);
        int count = 0;
        for (PollDescriptors port : polled) {
            count += port.queueCount();
        }
        descriptors = new int[count];
        generations = new int[count];
        armed = new boolean[count];
        cancelled = new boolean[count];
        Arrays.fill(generations, NEVER_SEEN);
    }

    /**
     * A port may have lost its queues, or have others now. A poll of the old ones has to end first: it keeps their
     * sockets open as long as it is under way, and does not watch the new ones.
     */
    private void followDescriptors() {
        int i = 0;
        for (PollDescriptors port : polled) {
            int generation = port.pollGeneration();
            for (int queue = 0; queue < port.queueCount(); queue++, i++) {
                if (generations[i] == generation) {
                    continue;
                }
                if (!armed[i]) {
                    generations[i] = generation;
                    descriptors[i] = port.pollDescriptor(queue);
                } else if (!cancelled[i]) {
                    cancelled[i] = uring.cancel(UserData.of(UserData.WAITER, 0, i));
                }
            }
        }
    }

    @Override
    public void idle(int workCount) {
        if (workCount == 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        followDescriptors();
        if (underWay < descriptors.length) {
            arm();
        }
        long sleepNs = Math.min(SLEEP_NS, limit.nanosUntilDue());
        if (sleepNs <= 0) {
            return;
        }
        if (limit.framesAreOut()) {
            LockSupport.parkNanos(Math.min(NAP_NS, sleepNs));
        } else {
            uring.await(sleepNs);
        }
    }

    private void arm() {
        for (int i = 0; i < descriptors.length; i++) {
            if (armed[i] || quiet || descriptors[i] == NO_DESCRIPTOR) {
                continue;
            }
            long at = uring.claim();
            if (at == SubmissionQueue.FULL) {
                return;
            }
            SubmissionEntry.write(
                    uring.entries(),
                    at,
                    IORING_OP_POLL_ADD(),
                    descriptors[i],
                    0,
                    IORING_POLL_ADD_MULTI(),
                    UserData.of(UserData.WAITER, 0, i));
            SubmissionEntry.operationFlags(uring.entries(), at, POLLIN());
            armed[i] = true;
            underWay++;
        }
    }

    /** A poll completion only ends the sleep; the port's own duty cycle takes what has come in. */
    @Override
    public boolean onCompletion(long userData, int result, int flags, FrameInlet into) {
        if ((flags & CompletionQueue.MORE) == 0) {
            armed[UserData.index(userData)] = false;
            cancelled[UserData.index(userData)] = false;
            underWay--;
        }
        return true;
    }

    @Override
    public boolean resume(FrameInlet into) {
        return true;
    }

    @Override
    public void quiesce() {
        quiet = true;
    }

    @Override
    public int underWay() {
        return underWay;
    }

    @Override
    public void reset() {}

    @Override
    public String alias() {
        return "wait";
    }
}
