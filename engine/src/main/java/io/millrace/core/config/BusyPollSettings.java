package io.millrace.core.config;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The {@code busy-poll} block of a port of type {@code af-xdp}: whether the poller runs the driver's receive itself,
 * and
 * how long the interface's interrupts are put off for that.
 *
 * @param enabled           whether it does
 * @param timeUs            {@code SO_BUSY_POLL}, microseconds
 * @param budget            {@code SO_BUSY_POLL_BUDGET}: the most frames that one turn of the driver takes
 * @param deferHardIrqs     {@code napi_defer_hard_irqs} of the interface; empty to leave it
 * @param groFlushTimeoutNs {@code gro_flush_timeout} of the interface, nanoseconds; empty to leave it
 */
public record BusyPollSettings(
        boolean enabled, int timeUs, int budget, OptionalInt deferHardIrqs, OptionalLong groFlushTimeoutNs) {
    /** As it is without a block. */
    public static final BusyPollSettings OFF =
            new BusyPollSettings(false, 20, 64, OptionalInt.empty(), OptionalLong.empty());

    /** Whether the interface's own settings are to be changed. */
    public boolean tunesInterface() {
        return enabled && (deferHardIrqs.isPresent() || groFlushTimeoutNs.isPresent());
    }
}
