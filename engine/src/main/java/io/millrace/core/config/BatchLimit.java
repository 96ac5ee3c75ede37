package io.millrace.core.config;

/** Compares a port's {@code batch} with what a batch has to fit into. */
final class BatchLimit {

    private BatchLimit() {}

    /** Against the Disruptor, whose slots a batch is published into. */
    static void check(SettingsBlock port, ConfigKey<Integer> key, int batch, EngineSettings engine) {
        if (engine.mode() == Mode.PIPELINED) {
            check(port, key, batch, "engine.ring-size has slots", engine.ringSize());
        }
    }

    static void check(SettingsBlock port, ConfigKey<Integer> key, int batch, String limit, int most) {
        if (batch > most) {
            port.problem(key, "is " + batch + ", more than " + limit + ", " + most + "; use " + most + " or less");
        }
    }
}
