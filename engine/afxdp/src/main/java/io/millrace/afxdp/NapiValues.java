package io.millrace.afxdp;

import io.millrace.spi.PortSettings;

/**
 * How an interface defers its interrupts.
 *
 * @param deferHardIrqs     {@code napi_defer_hard_irqs}: how many rounds without a frame pass before interrupts are
 *                          enabled again
 * @param groFlushTimeoutNs {@code gro_flush_timeout}: how many nanoseconds pass between those rounds
 */
record NapiValues(long deferHardIrqs, long groFlushTimeoutNs) {

    /** Returns the values for an open port, by its settings. */
    NapiValues with(PortSettings port) {
        return new NapiValues(
                port.get(AfXdpKeys.DEFER_HARD_IRQS).map(Integer::longValue).orElse(deferHardIrqs),
                port.get(AfXdpKeys.GRO_FLUSH_TIMEOUT).orElse(groFlushTimeoutNs));
    }

    @Override
    public String toString() {
        return "napi_defer_hard_irqs " + deferHardIrqs + ", gro_flush_timeout " + groFlushTimeoutNs + " ns";
    }
}
