package io.millrace.core;

import io.millrace.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The stages that a program adds itself, in front of the config's. */
final class OwnStages {
    private final Map<String, Supplier<Stage>> suppliers = new LinkedHashMap<>();
    /** One that is a single object, which can't be in several lanes; null if there is none. */
    private String single;

    void add(String name, Stage stage) {
        add(name, () -> stage);
        single = name;
    }

    void add(String name, Supplier<Stage> supplier) {
        if (suppliers.putIfAbsent(name, supplier) != null) {
            throw new IllegalArgumentException("stage " + name + " is there already; choose another name");
        }
    }

    int count() {
        return suppliers.size();
    }

    /** What makes the stages of each lane, by their names, in the order that they were added in. */
    Map<String, Supplier<Stage>> suppliers() {
        return suppliers;
    }

    /** Checks that there can be as many of each. */
    void requireFor(int lanes) {
        if (lanes > 1 && single != null) {
            throw new IllegalArgumentException("stage " + single + " is one object, but pollers = per-queue has "
                    + lanes + " pollers, each with stages of its own; use stagePerPoller");
        }
    }
}
