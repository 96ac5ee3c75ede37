package io.millrace.core.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Gives each stage a unique name: that in the config, or else {@code count}, {@code count-2}, and so on. */
final class StageNames {
    private static final String LETTERS = "\\p{L}\\p{N}_$-";
    private static final int LONGEST_BASE = 48;

    /** The pattern of names in a config. */
    static final Pattern SHAPE = Pattern.compile("[" + LETTERS + "]{1,64}");

    private final Set<String> taken = new HashSet<>();

    /** Takes a name; returns whether it was free. */
    boolean give(String name) {
        return taken.add(name);
    }

    /** Names the stages that have no name, once all given names are taken. */
    List<StageGroup> complete(List<List<StageSpec>> groups) {
        return groups.stream()
                .map(group -> new StageGroup(group.stream().map(this::named).toList()))
                .toList();
    }

    private StageSpec named(StageSpec stage) {
        return stage.name() != null
                ? stage
                : new StageSpec(make(stage), stage.kind(), stage.className(), stage.config(), stage.line());
    }

    private String make(StageSpec stage) {
        String base = base(stage);
        String name = base;
        for (int i = 2; !give(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    private static String base(StageSpec stage) {
        if (stage.kind() != null) {
            return stage.kind();
        }
        String className = stage.className();
        String simple = className
                .substring(1 + Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')))
                .replaceAll("[^" + LETTERS + "]", "");
        return simple.isEmpty() ? "stage" : simple.substring(0, Math.min(LONGEST_BASE, simple.length()));
    }
}
