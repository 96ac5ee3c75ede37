package io.millrace.lab.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Goes from counter to counter on the way of what was sent, and notes what is lost between two, and which counter has
 * it.
 */
final class Ledger {
    private static final String ENGINE = "engine.";

    private final Map<String, Long> losses = new LinkedHashMap<>();
    private long unaccounted;

    /** A counter's losses. */
    void losses(String name, long count) {
        if (count != 0) {
            losses.put(name, count);
        }
    }

    /** What is unaccounted for, which should be nothing. */
    void exact(long difference) {
        unaccounted += Math.abs(difference);
    }

    /** What counters of the engine's port have lost; returns it. */
    long named(EngineResult engine, String... names) {
        long sum = 0;
        for (String name : names) {
            long count = engine.port(name.substring(ENGINE.length()));
            losses(name, count);
            sum += count;
        }
        return sum;
    }

    /** Notes the frames that the engine received and neither forwarded nor consumed, which it has dropped. */
    void stages(EngineResult engine) {
        step(
                engine.port("rx_frames") - engine.port("forwarded") - engine.port("consumed"),
                "engine.dropped",
                engine,
                "by_stage",
                "tx_full",
                "invalid",
                "at_stop",
                "gone");
    }

    /** Notes losses that the named counters of a group of the engine's port have to have exactly. */
    void step(long missing, String group, EngineResult engine, String... names) {
        long named = 0;
        for (String name : names) {
            named += named(engine, group + "." + name);
        }
        exact(missing - named);
    }

    /** What an interface may have dropped; its counter has other traffic's too. Returns what that explains. */
    long wire(String name, long missing, long dropped) {
        long explained = Math.clamp(missing, 0, dropped);
        losses(name, explained);
        exact(missing - explained);
        return explained;
    }

    Accounting accounting() {
        return new Accounting(losses, unaccounted);
    }
}
