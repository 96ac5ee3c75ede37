package io.millrace.core.path;

import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.pollfd;
import io.millrace.spi.PollDescriptors;
import io.millrace.spi.Port;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * {@code idle = wait}: sleeps in the kernel until a port can receive. While frames are with stages, leases or the
 * kernel, whose return wakes nobody, it naps instead. Poller's thread only.
 */
public final class KernelWait implements IdleStrategy {
    /** How late a nap may be: the price for frames that come back while nothing is received. */
    private static final long NAP_NS = 50_000;
    /** The longest sleep, so that a stop is noticed. */
    private static final int SLEEP_MS = 50;

    private final PollDescriptors[] ports;
    private final BooleanSupplier outstanding;
    private final MemorySegment descriptors;
    private final int descriptorCount;

    /** @param outstanding whether there is something whose return wakes nobody */
    public KernelWait(Arena arena, Port[] polled, BooleanSupplier outstanding) {
        this.ports = Roles.having(PollDescriptors.class, polled);
        this.outstanding = outstanding;
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

    /** Anew each time: a port may have lost its queues, or have others. The kernel passes over those that are -1. */
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
        if (outstanding.getAsBoolean()) {
            LockSupport.parkNanos(NAP_NS);
            return;
        }
        writeDescriptors();
        if (SocketCalls.poll(descriptors, descriptorCount, SLEEP_MS) > 0 && !readable()) {
            LockSupport.parkNanos(NAP_NS); // an error state stays: do not spin on it
        }
    }

    /**
     * Reads in place: a slice for each descriptor would be an object until the JIT removes it, which is rarely here.
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
