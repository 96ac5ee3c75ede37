package io.millrace.core.config;

import io.millrace.Verdict;
import io.millrace.core.stage.BuiltInStage;
import io.millrace.core.stage.BuiltInStages;
import io.millrace.core.stage.StageOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables of the reference, made from {@link ConfigKeys} so that they can't differ from the code. */
final class ConfigReference {
    private final StringBuilder text = new StringBuilder();

    /** As Markdown. */
    String markdown() {
        table("### `millrace.engine`", Section.ENGINE);
        table("### `millrace.engine.cpus`", Section.CPUS);
        table("### `millrace.engine.uring`", Section.URING);
        table("### `millrace.leases`", Section.LEASES);
        table("### `millrace.ports.NAME`, type `af-xdp`", Section.AF_XDP);
        table("### `millrace.ports.NAME.rings`", Section.RINGS);
        table("### `millrace.ports.NAME.busy-poll`, type `af-xdp`", Section.BUSY_POLL);
        table("### `millrace.ports.NAME.encapsulate`", Section.ENCAPSULATE);
        table("### `millrace.ports.NAME`, type `udp`", Section.UDP);
        table("### `millrace.ports.NAME.multicast`, a list of such blocks", Section.MULTICAST);
        table("### `millrace.ports.NAME`, type `tcp`", Section.TCP);
        stages();
        limits();
        return text.toString();
    }

    private void table(String title, Section section) {
        heading(title);
        row("Key", "Default", "Unit", "Values", "Meaning");
        row("---", "---", "---", "---", "---");
        for (ConfigKey<?> key : ConfigKeys.of(section)) {
            row(
                    code(key.name()),
                    key.isRequired() ? "must be set" : code(key.defaultText()),
                    key.type().unit(),
                    key.type().expected(),
                    key.meaning());
        }
    }

    private void stages() {
        heading("### Built-in stages");
        row("Stage", "Options", "Meaning");
        row("---", "---", "---");
        for (BuiltInStage stage : BuiltInStages.all()) {
            row(code(stage.kind()), options(stage.options()), stage.meaning());
        }
    }

    /** What has no key of its own. */
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
        ConfigKey<?> key = StageKeys.of(option);
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
