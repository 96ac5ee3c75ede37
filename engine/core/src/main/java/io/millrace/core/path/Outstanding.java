package io.millrace.core.path;

import io.millrace.spi.FrameSink;
import io.millrace.spi.Port;
import java.util.function.BooleanSupplier;

/**
 * Tells whether stages, leases or the kernel have frames. Nothing wakes the poller when such frames come back, so it
 * must not sleep for long while there are any. Only the poller's thread may use this.
 */
public final class Outstanding implements BooleanSupplier {
    private final Pipeline pipeline;
    private final LeaseRegistry leases;
    private final FrameSink[] sinks;

    public Outstanding(Pipeline pipeline, LeaseRegistry leases, Port[] ports) {
        this.pipeline = pipeline;
        this.leases = leases;
        this.sinks = Roles.having(FrameSink.class, ports);
    }

    @Override
    public boolean getAsBoolean() {
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
}
