package io.millrace.core.path;

import java.util.function.LongSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Backs off as Agrona's {@link BackoffIdleStrategy} does, and parks for less as soon as something is due before the
 * longest park would end.
 */
public final class TimedIdle implements IdleStrategy {
    private static final long SPINS = 100;
    private static final long YIELDS = 10;
    private static final long LEAST_PARK_NS = 1_000;
    private static final long SHORT_PARK_NS = 50_000;
    private static final long LONG_PARK_NS = 1_000_000;

    private final IdleStrategy lazy = new BackoffIdleStrategy(SPINS, YIELDS, LEAST_PARK_NS, LONG_PARK_NS);
    private final IdleStrategy alert = newAlert();
    private final LongSupplier nanosUntilDue;

    /** @param nanosUntilDue how long it is until the thread has something to do by itself */
    public TimedIdle(LongSupplier nanosUntilDue) {
        this.nanosUntilDue = nanosUntilDue;
    }

    /** Makes the strategy that it follows while something is due soon, which parks for 50 µs at most. */
    public static IdleStrategy newAlert() {
        return new BackoffIdleStrategy(SPINS, YIELDS, LEAST_PARK_NS, SHORT_PARK_NS);
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        long leftNs = nanosUntilDue.getAsLong();
        if (leftNs > LONG_PARK_NS) {
            lazy.idle();
        } else if (leftNs > 0) {
            alert.idle();
        }
    }

    @Override
    public void reset() {
        lazy.reset();
        alert.reset();
    }

    @Override
    public String alias() {
        return lazy.alias();
    }
}
