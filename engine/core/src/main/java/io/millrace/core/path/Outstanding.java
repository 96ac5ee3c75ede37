package io.millrace.core.path;

import io.millrace.spi.FrameSink;
import io.millrace.spi.Port;
import io.millrace.spi.SleepLimit;

/**
 * Tells what a poller must not sleep through: frames that come back, and what the stages on its thread do by
 * themselves.
 */
public final class Outstanding implements SleepLimit {
    private final Pipeline pipeline;
    private final LeaseRegistry leases;
    private final FrameSink[] sinks;

    public Outstanding(Pipeline pipeline, LeaseRegistry leases, Port[] ports) {
        this.pipeline = pipeline;
        this.leases = leases;
        this.sinks = Roles.having(FrameSink.class, ports);
    }

    @Override
    public boolean framesAreOut() {
        if (pipeline.inFlight() > 0 || leases.out() > 0) {
            return true;
        }
        for (FrameSink sink : sinks) {
            if (sink.txInFlight() > 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long nanosUntilDue() {
        return pipeline.nanosUntilOwnWork();
    }
}
