package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.millrace.SourceLine;
import io.millrace.Verdict;
import io.millrace.core.stage.BuiltInStage;
import io.millrace.core.stage.BuiltInStages;
import io.millrace.core.stage.StageOption;
import io.millrace.spi.Problems;
import io.millrace.spi.config.NearestName;
import io.millrace.spi.config.ValueKey;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the {@code pipeline} list. It may be empty, because a program may add all of its stages in code. */
final class PipelineReader {
    private static final String STAGE = "stage";
    private static final String CLASS = "class";
    private static final String NAME = "name";
    private static final String CONFIG = "config";
    private static final List<String> KEYS = List.of(STAGE, CLASS, NAME, CONFIG);
    private static final String IDENTIFIER = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
    private static final Pattern CLASS_NAME = Pattern.compile(IDENTIFIER + "(\\." + IDENTIFIER + ")*+");
    static final String EXAMPLE = "{ stage = drop }";

    private final SettingsBlock root;
    private final List<String> portNames;
    private final FramerRule framers;
    private final Problems problems;
    private final StageNames names = new StageNames();

    PipelineReader(SettingsBlock root, List<String> portNames, FramerRule framers) {
        this.root = root;
        this.portNames = portNames;
        this.framers = framers;
        problems = root.problems();
    }

    /**
     * Returns whether a path from the top of the file is that of a user's stage's own config, which may hold anything.
     */
    static boolean isStageConfig(List<String> path) {
        return path.size() > 2
                && path.get(1).equals(RootNames.PIPELINE)
                && path.getLast().equals(CONFIG);
    }

    /** The line of the list, or of the block if there is no list. */
    SourceLine line() {
        ConfigValue value = root.value(RootNames.PIPELINE);
        return value == null ? root.line() : root.lineOf(value);
    }

    List<StageGroup> read() {
        String key = RootNames.PIPELINE;
        ConfigValue value = root.value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfigList steps)) {
            root.problem(key, value, "is " + ValueText.of(value) + "; write a list of stages, as in [" + EXAMPLE + "]");
            return List.of();
        }
        int before = problems.count();
        List<List<StageSpec>> groups = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            groups.add(readStep(steps.get(i), key + "[" + i + "]"));
        }
        int stages = groups.stream().mapToInt(List::size).sum();
        if (stages > Verdict.MAX_STAGES) {
            root.problem(
                    key,
                    value,
                    "has " + stages + " stages, more than " + Verdict.MAX_STAGES + "; make one stage of several");
        }
        framers.check(groups);
        return problems.count() > before ? List.of() : names.complete(groups);
    }

    private List<StageSpec> readStep(ConfigValue value, String path) {
        if (!(value instanceof ConfigList parallel)) {
            return Stream.ofNullable(readStage(value, path)).toList();
        }
        if (parallel.isEmpty()) {
            problems.add(root.lineOf(value), path + " is empty; add stages that run in parallel, or remove it");
        }
        List<StageSpec> group = new ArrayList<>();
        for (int i = 0; i < parallel.size(); i++) {
            StageSpec stage = readStage(parallel.get(i), path + "[" + i + "]");
            if (stage != null) {
                group.add(stage);
            }
        }
        return group;
    }

    private StageSpec readStage(ConfigValue value, String path) {
        if (!(value instanceof ConfigObject block)) {
            problems.add(
                    root.lineOf(value),
                    path + " is " + ValueText.of(value) + "; write a stage, as in " + example(value));
            return null;
        }
        SettingsBlock stage = new SettingsBlock(block, path, root.lineOf(value), problems);
        boolean hasClass = stage.value(CLASS) != null;
        if (hasClass && stage.value(STAGE) != null) {
            problems.add(stage.line(), path + " has both stage and class; keep one of them");
            return null;
        }
        if (hasClass) {
            return readUserStage(stage);
        }
        if (stage.value(STAGE) != null) {
            return readBuiltIn(stage, block);
        }
        stage.reportUnknown(KEYS);
        problems.add(
                stage.line(),
                path + " names no stage; add stage = " + String.join(" | ", BuiltInStages.kinds()) + ", or class = …");
        return null;
    }

    private static String example(ConfigValue value) {
        return value.unwrapped() instanceof String kind && BuiltInStages.kinds().contains(kind)
                ? "{ stage = " + kind + " }"
                : EXAMPLE;
    }

    private StageSpec readBuiltIn(SettingsBlock stage, ConfigObject block) {
        String kind = text(stage, STAGE);
        if (kind == null) {
            return null;
        }
        BuiltInStage builtIn = BuiltInStages.find(kind);
        if (builtIn == null) {
            stage.problem(
                    STAGE,
                    stage.value(STAGE),
                    "is " + ValueText.quoted(kind) + ", and there is no such stage; "
                            + (kind.contains(".")
                                    ? "write class = … for a class of your own"
                                    : NearestName.advice(kind, BuiltInStages.kinds(), "stages")));
            return null;
        }
        stage.reportUnknown(
                Stream.concat(Stream.of(STAGE, NAME), builtIn.options().stream().map(StageOption::name))
                        .toList());
        return new StageSpec(name(stage), kind, null, options(stage, block, builtIn), stage.line());
    }

    /** Reads all of the stage's options, including those that are not set. */
    private Config options(SettingsBlock stage, ConfigObject block, BuiltInStage builtIn) {
        Config config = ConfigFactory.empty();
        for (StageOption option : builtIn.options()) {
            ValueKey<?> key = StageKeys.of(option);
            if (key != null) {
                config = config.withFallback(StageKeys.read(stage, key));
            } else if (isPort(stage, option.name(), builtIn.kind())) {
                config = config.withValue(
                        option.name(), ConfigValueFactory.fromAnyRef(ValueText.written(block.get(option.name()))));
            }
        }
        return config;
    }

    private boolean isPort(SettingsBlock stage, String option, String kind) {
        ConfigValue value = stage.value(option);
        if (value == null) {
            problems.add(
                    stage.line(),
                    stage.path(option) + " is missing, and " + kind + " needs a port; "
                            + (portNames.isEmpty()
                                    ? "add a port and name it here"
                                    : "write " + option + " = "
                                            + String.join(
                                                    " | ",
                                                    portNames.stream()
                                                            .map(ValueText::plain)
                                                            .toList())));
            return false;
        }
        String port = name(stage, option);
        if (port != null && !portNames.contains(port)) {
            stage.problem(
                    option,
                    value,
                    "is " + ValueText.quoted(port) + ", and there is no such port; "
                            + NearestName.advice(port, portNames, "ports"));
        }
        return port != null;
    }

    private StageSpec readUserStage(SettingsBlock stage) {
        stage.reportUnknown(List.of(CLASS, NAME, CONFIG));
        String className = text(stage, CLASS);
        if (className == null) {
            return null;
        }
        if (!CLASS_NAME.matcher(className).matches()) {
            stage.problem(
                    CLASS,
                    stage.value(CLASS),
                    "is " + ValueText.quoted(className) + "; write the full name of a class, as in com.acme.Decode");
        }
        ConfigObject config = stage.block(CONFIG).values();
        infiniteNumbers(config)
                .forEach(value -> problems.add(
                        stage.lineOf(value),
                        stage.path(CONFIG)
                                + " holds a number that is too large for a double; write it as a text, in"
                                + " double quotes"));
        return new StageSpec(name(stage), null, className, config.toConfig(), stage.line());
    }

    private static Stream<ConfigValue> infiniteNumbers(ConfigValue value) {
        return switch (value) {
            case ConfigObject block -> block.values().stream().flatMap(PipelineReader::infiniteNumbers);
            case ConfigList list -> list.stream().flatMap(PipelineReader::infiniteNumbers);
            default ->
                value.unwrapped() instanceof Double number && number.isInfinite() ? Stream.of(value) : Stream.empty();
        };
    }

    /**
     * Returns the name in the config, or null; {@link StageNames} then makes one, when it knows all names that were
     * given.
     */
    private String name(SettingsBlock stage) {
        ConfigValue value = stage.value(NAME);
        String name = value == null ? null : name(stage, NAME);
        if (name == null) {
            return null;
        }
        if (!StageNames.SHAPE.matcher(name).matches()) {
            stage.problem(NAME, value, "is " + ValueText.quoted(name) + "; use up to 64 letters, digits, -, _ and $");
        } else if (!names.give(name)) {
            stage.problem(NAME, value, "is '" + name + "', the name of another stage; use another");
        }
        return name;
    }

    /** Reads a name as a text, since it may look like a number. */
    private static String name(SettingsBlock stage, String key) {
        ConfigValue value = stage.value(key);
        return ValueText.isText(value) && !(value.unwrapped() instanceof String)
                ? ValueText.written(value)
                : text(stage, key);
    }

    private static String text(SettingsBlock stage, String key) {
        ConfigValue value = stage.value(key);
        if (value.unwrapped() instanceof String text && !text.isBlank()) {
            return text;
        }
        stage.problem(key, value, "is " + ValueText.of(value) + "; write a name");
        return null;
    }
}
