package io.millrace.core;

import io.millrace.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The stages that a program adds itself. They come before the config's. */
final class OwnStages {
    private final Map<String, Supplier<Stage>> suppliers = new LinkedHashMap<>();
    /**
     * The name of a stage that the program gave as a single object, which can't be in several lanes; null if there is
     * none.
     */
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

    /** The factories that make each lane's stages, by the stages' names, in the order in which they were added. */
    Map<String, Supplier<Stage>> suppliers() {
        return suppliers;
    }

    /** Checks that every stage can be made once for each lane. */
    void requireFor(int lanes) {
        if (lanes > 1 && single != null) {
            throw new IllegalArgumentException("stage " + single + " is one object, but pollers = per-queue has "
                    + lanes + " pollers, each with stages of its own; use stagePerPoller");
        }
    }
}
