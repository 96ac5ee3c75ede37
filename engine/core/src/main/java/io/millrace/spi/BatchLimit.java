package io.millrace.spi;

import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Mode;
import io.millrace.spi.config.Settings;

/** Checks that a port's {@code batch} fits into what holds it. */
public final class BatchLimit {
    private BatchLimit() {}

    /** Checks it against the number of slots of the stage ring, into which a batch is published. */
    public static void check(Problems problems, PortSettings port, Key<Integer> batch, Settings engine) {
        if (engine.get(EngineKeys.MODE) == Mode.PIPELINED) {
            check(problems, port, batch, "engine.ring-size has slots", engine.get(EngineKeys.RING_SIZE));
        }
    }

    /** @param limit what it has to fit into, for the message, as in {@code rings.rx has descriptors} */
    public static void check(Problems problems, PortSettings port, Key<Integer> batch, String limit, int most) {
        int frames = port.get(batch);
        if (frames > most) {
            problems.add(
                    port, batch, "is " + frames + ", more than " + limit + ", " + most + "; use " + most + " or less");
        }
    }
}
