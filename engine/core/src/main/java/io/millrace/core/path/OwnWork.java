package io.millrace.core.path;

import java.util.Objects;
import java.util.function.IntSupplier;
import org.agrona.concurrent.NanoClock;

/** What a stage does beside handling frames, if it has asked for that while it was configured. */
public final class OwnWork {
    /** How long a thread may sleep while its stage has a source that wakes nobody. */
    private static final long NAP_NS = 50_000;

    private static final IntSupplier NO_SOURCE = () -> 0;

    private final StageTimers timers;
    private boolean wantsTimers;
    private IntSupplier source = NO_SOURCE;
    private boolean configured;

    /** @param clock the time of the stage's timers */
    public OwnWork(NanoClock clock) {
        this.timers = new StageTimers(clock);
    }

    /** The stage wants timers. */
    public StageTimers askForTimers() {
        requireConfiguring("timers");
        wantsTimers = true;
        return timers;
    }

    /** The stage has a source of its own. */
    public void poll(IntSupplier newSource) {
        requireConfiguring("its source to be polled");
        if (source != NO_SOURCE) {
            throw new IllegalStateException("the stage has a source already; let one poll both");
        }
        source = Objects.requireNonNull(newSource, "source");
    }

    private void requireConfiguring(String what) {
        if (configured) {
            throw new IllegalStateException("a stage asks for " + what + " in configure, not later");
        }
    }

    /** Ends the time in which the stage may ask. */
    public void configured() {
        configured = true;
    }

    /** Whether the stage has asked for anything. */
    boolean isWanted() {
        return wantsTimers || source != NO_SOURCE;
    }

    StageTimers timers() {
        return timers;
    }

    IntSupplier source() {
        return source;
    }

    /** How long the stage's thread may sleep in nanoseconds, 0 or less if something is due. */
    long nanosUntilDue() {
        long untilTimer = timers.nanosUntilDue();
        return source == NO_SOURCE ? untilTimer : Math.min(untilTimer, NAP_NS);
    }
}
