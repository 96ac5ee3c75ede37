package io.millrace.spi.config;

/** Compares a port's {@code batch} with what a batch has to fit into. */
public final class BatchLimit {
    private BatchLimit() {}

    /** Against the Disruptor, whose slots a batch is published into. */
    public static void check(Problems problems, PortSettings port, Key<Integer> batch, Settings engine) {
        if (engine.get(EngineKeys.MODE) == Mode.PIPELINED) {
            check(problems, port, batch, "engine.ring-size has slots", engine.get(EngineKeys.RING_SIZE));
        }
    }

    /** @param limit what it has to fit into, as in {@code rings.rx has descriptors} */
    public static void check(Problems problems, PortSettings port, Key<Integer> batch, String limit, int most) {
        int frames = port.get(batch);
        if (frames > most) {
            problems.add(
                    port, batch, "is " + frames + ", more than " + limit + ", " + most + "; use " + most + " or less");
        }
    }
}
