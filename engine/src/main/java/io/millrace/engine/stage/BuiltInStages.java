package io.millrace.engine.stage;

import java.util.List;

/** The table of built-in stages: what a config may name, and how the engine makes it. */
public final class BuiltInStages {
    private static final String TO = "to";

    private static final List<BuiltInStage> ALL = List.of(
        new BuiltInStage("count", List.of(), "Counts frames and bytes.", config -> new CountStage()),
        new BuiltInStage("drop", List.of(), "Drops every frame.", config -> new DropStage()),
        new BuiltInStage("reflect", List.of(), "Turns a frame round: swaps its MAC addresses, IP addresses and "
            + "UDP or TCP ports. Drops frames that are cut short.", config -> new ReflectStage()),
        new BuiltInStage("forward", List.of(new PortOption(TO, "the name of the port")),
            "Sends every frame out of a port when the pipeline's last stage has seen it.",
            config -> new ForwardStage(config.getString(TO))));

    private BuiltInStages() {
    }

    /** All of them. */
    public static List<BuiltInStage> all() {
        return ALL;
    }

    /** Their names. */
    public static List<String> kinds() {
        return ALL.stream().map(BuiltInStage::kind).toList();
    }

    /** The stage of that name, or null if there is none. */
    public static BuiltInStage find(String kind) {
        return ALL.stream().filter(stage -> stage.kind().equals(kind)).findFirst().orElse(null);
    }
}
