package io.millrace.core.path;

import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.pollfd;
import io.millrace.spi.PollDescriptors;
import io.millrace.spi.Port;
import io.millrace.spi.SleepLimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * Implements {@code idle = wait}: sleeps in the kernel until a port can receive. While stages, leases or the kernel
 * have frames, whose return wakes nobody, it only naps. Only the poller's thread may use this.
 */
public final class KernelWait implements IdleStrategy {
    /** The length of a nap, which is how late a frame that comes back is noticed while nothing is received. */
    private static final long NAP_NS = 50_000;
    /** The longest sleep, so that a stop is noticed in time. */
    private static final long SLEEP_NS = 50_000_000;

    private static final long NS_PER_MS = 1_000_000;

    private final PollDescriptors[] ports;
    private final SleepLimit limit;
    private final MemorySegment descriptors;
    private final int descriptorCount;

    public KernelWait(Arena arena, Port[] polled, SleepLimit limit) {
        this.ports = Roles.having(PollDescriptors.class, polled);
        this.limit = limit;
        int count = 0;
        for (PollDescriptors port : ports) {
            count += port.queueCount();
        }
        descriptorCount = count;
        descriptors = pollfd.allocateArray(count, arena);
        int i = 0;
        for (PollDescriptors port : ports) {
            for (int queue = 0; queue < port.queueCount(); queue++) {
                pollfd.events(pollfd.asSlice(descriptors, i++), (short) libc_h.POLLIN());
            }
        }
    }

    /**
     * Lists the descriptors anew each time, since a port may have lost its queues or have others now. The kernel
     * ignores descriptors that are -1.
     */
    private void writeDescriptors() {
        int i = 0;
        for (PollDescriptors port : ports) {
            for (int queue = 0; queue < port.queueCount(); queue++) {
                descriptors.set(
                        ValueLayout.JAVA_INT, i++ * pollfd.sizeof() + pollfd.fd$offset(), port.pollDescriptor(queue));
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
        long sleepNs = Math.min(SLEEP_NS, limit.nanosUntilDue());
        if (sleepNs < NS_PER_MS || limit.framesAreOut()) { // poll(2) counts in milliseconds
            nap(sleepNs);
            return;
        }
        writeDescriptors();
        if (SocketCalls.poll(descriptors, descriptorCount, (int) (sleepNs / NS_PER_MS)) > 0 && !readable()) {
            nap(sleepNs); // an error condition stays, and would make this a spin
        }
    }

    private static void nap(long mostNs) {
        if (mostNs > 0) {
            LockSupport.parkNanos(Math.min(NAP_NS, mostNs));
        }
    }

    /**
     * Reads in place. A slice for each descriptor would allocate until the JIT has compiled this rarely called code.
     */
    private boolean readable() {
        for (int i = 0; i < descriptorCount; i++) {
            short events = descriptors.get(ValueLayout.JAVA_SHORT, i * pollfd.sizeof() + pollfd.revents$offset());
            if ((events & libc_h.POLLIN()) != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void reset() {}

    @Override
    public String alias() {
        return "wait";
    }
}
