package io.millrace.core.config;

import io.millrace.Verdict;
import io.millrace.core.stage.BuiltInStage;
import io.millrace.core.stage.BuiltInStages;
import io.millrace.core.stage.StageOption;
import io.millrace.spi.PortType;
import io.millrace.spi.config.BlockKey;
import io.millrace.spi.config.BlockListKey;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyEntry;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.ValueKey;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Makes the tables of docs/configuration.md from the keys, so that the page can't differ from the code. */
final class ConfigReference {
    private final PortTypes types;
    private final StringBuilder text = new StringBuilder();

    ConfigReference(PortTypes types) {
        this.types = types;
    }

    /** Returns the tables as Markdown. */
    String markdown() {
        tables("millrace.engine", "", types.engineKeys(), null);
        tables("millrace.leases", "", LeaseKeys.BLOCK, null);
        for (PortType type : types.all()) {
            tables("millrace.ports.NAME", ", type " + code(type.name()), type.keys(), types.key());
        }
        stages();
        limits();
        return text.toString();
    }

    /** Writes the keys of a block, then the blocks in it. */
    private void tables(String path, String what, KeyBlock block, ValueKey<?> first) {
        heading("### " + code(path) + what);
        row("Key", "Default", "Unit", "Values", "Meaning");
        row("---", "---", "---", "---", "---");
        if (first != null) {
            row(first);
        }
        for (KeyEntry entry : block.entries()) {
            if (entry instanceof ValueKey<?> key) {
                row(key);
            }
        }
        for (KeyEntry entry : block.entries()) {
            String inner = path + "." + entry.name();
            switch (entry) {
                case KeyBlock always -> tables(inner, what, always, null);
                case BlockKey key -> tables(inner, what, key.block(), null);
                case BlockListKey key -> tables(inner, what + ", a list of such blocks", key.block(), null);
                case Key<?> value -> {} // already in the table
            }
        }
    }

    private void row(ValueKey<?> key) {
        row(
                code(key.name()),
                key.isRequired() ? "must be set" : code(key.defaultText()),
                key.type().unit(),
                key.type().expected(),
                key.meaning());
    }

    private void stages() {
        heading("### Built-in stages");
        row("Stage", "Options", "Meaning");
        row("---", "---", "---");
        for (BuiltInStage stage : BuiltInStages.all()) {
            row(code(stage.kind()), options(stage.options()), stage.meaning());
        }
    }

    /** Writes the table of limits that have no key of their own. */
    private void limits() {
        heading("### How many there can be");
        row("Of", "At most", "Beyond that");
        row("---", "---", "---");
        limit("ports of an engine", Verdict.MAX_PORTS, "spread them over several engines");
        limit("stages of a pipeline, those of a program included", Verdict.MAX_STAGES, "let stages do more");
        limit("pollers of an engine", Pollers.MOST, "spread queues over several engines");
    }

    private void limit(String what, int most, String advice) {
        row(what, String.format(Locale.ROOT, "%,d", most), advice);
    }

    private static String options(List<StageOption> options) {
        return options.stream().map(ConfigReference::option).collect(Collectors.joining("; "));
    }

    private static String option(StageOption option) {
        ValueKey<?> key = StageKeys.of(option);
        String values =
                key == null ? "" : " (" + key.type().expected() + "; by default " + code(key.defaultText()) + ")";
        return code(option.name()) + values + ": " + option.meaning();
    }

    private void heading(String title) {
        text.append(text.isEmpty() ? "" : "\n").append(title).append("\n\n");
    }

    private void row(String... cells) {
        text.append("| ")
                .append(String.join(" | ", cells).replaceAll(" {2,}", " "))
                .append(" |\n");
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
