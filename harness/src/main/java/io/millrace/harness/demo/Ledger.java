package io.millrace.harness.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/** Goes from counter to counter on the way of what was sent, and notes what is lost between two and who has it. */
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

    /** What should be nothing. */
    void exact(long difference) {
        unaccounted += Math.abs(difference);
    }

    /** What the named counters of a group of the engine's port have to have, exactly. */
    void step(long missing, String group, EngineResult engine, String... names) {
        long named = 0;
        for (String name : names) {
            String path = group.substring(ENGINE.length()) + "." + name;
            losses(group + "." + name, engine.port(path));
            named += engine.port(path);
        }
        exact(missing - named);
    }

    /** What an interface may have dropped; its counter has other traffic's too. */
    void wire(String name, long missing, long dropped) {
        long explained = Math.clamp(missing, 0, dropped);
        losses(name, explained);
        exact(missing - explained);
    }

    Accounting accounting() {
        return new Accounting(losses, unaccounted);
    }
}
