package io.millrace.core.path;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;

/** Waits as another strategy does, which parks for a millisecond at most, but not beyond what is due. */
public final class TimedIdle implements IdleStrategy {
    private static final long LONGEST_PARK_NS = 1_000_000;
    private static final long SHORT_PARK_NS = 50_000;

    private final IdleStrategy own;
    private final LongSupplier nanosUntilDue;

    /** @param nanosUntilDue how long it is until the thread has something to do by itself */
    public TimedIdle(IdleStrategy own, LongSupplier nanosUntilDue) {
        this.own = own;
        this.nanosUntilDue = nanosUntilDue;
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            own.reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        long leftNs = nanosUntilDue.getAsLong();
        if (leftNs > LONGEST_PARK_NS) {
            own.idle();
        } else if (leftNs > 0) {
            LockSupport.parkNanos(Math.min(leftNs, SHORT_PARK_NS));
        }
    }

    @Override
    public void reset() {
        own.reset();
    }

    @Override
    public String alias() {
        return own.alias();
    }
}
