package io.millrace.lab.bench.results;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.cli.report.Json;
import io.millrace.cli.report.TextFile;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Kind;
import io.millrace.lab.bench.results.Chart.Point;
import io.millrace.lab.bench.results.Chart.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes and reads the results as JSON, for tools and for {@link Comparison}. Keys are added, never changed. */
public final class ResultsJson {
    private static final int VERSION = 1;
    private static final String SUITE = "suite";
    private static final String TITLE = "title";
    private static final String SAMPLES = "samples";
    private static final String BETTER = "better";

    private ResultsJson() {}

    /** Writes all results. */
    public static void write(Results results, Path file) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", VERSION);
        root.put("started", results.started());
        root.put("command", results.command());
        root.put("host", results.host());
        root.put("goals", results.goals().stream().map(GoalResult::json).toList());
        root.put("suites", results.sections().stream().map(ResultsJson::section).toList());
        TextFile.write(Json.text(root), file);
    }

    private static Map<String, Object> section(Section section) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(SUITE, section.suite());
        map.put(TITLE, section.title());
        map.put("notes", section.notes());
        map.put("limited", section.limited());
        map.put(
                "ratios",
                section.ratios().stream()
                        .map(ratio -> Map.of(
                                "figure",
                                ratio.figure(),
                                "one",
                                ratio.one(),
                                "other",
                                ratio.other(),
                                BETTER,
                                ratio.better().name(),
                                SAMPLES,
                                ratio.samples(),
                                "caveat",
                                ratio.caveat()))
                        .toList());
        map.put("charts", section.charts().stream().map(ResultsJson::chart).toList());
        map.put("rounds", section.rounds());
        return map;
    }

    private static Map<String, Object> chart(Chart chart) {
        return Map.of(
                TITLE,
                chart.title(),
                "kind",
                chart.kind().name(),
                "unit",
                chart.unit().name(),
                BETTER,
                chart.better().name(),
                "across",
                chart.across(),
                "series",
                chart.series().stream()
                        .map(one -> Map.of(
                                "name",
                                one.name(),
                                "note",
                                one.note(),
                                "points",
                                one.points().stream()
                                        .map(point -> Map.of("at", point.at(), SAMPLES, point.samples()))
                                        .toList()))
                        .toList());
    }

    /**
     * Reads what {@link #write} wrote, but for the rounds and the text of tables.
     *
     * @throws IOException if it can't be read, or is something else
     */
    public static Results read(Path file) throws IOException {
        try {
            Config root = ConfigFactory.parseString(Files.readString(file));
            if (root.getInt("version") != VERSION) {
                throw new IOException(file + " is of version " + root.getInt("version") + "; this reads " + VERSION);
            }
            return new Results(
                    root.getString("started"),
                    root.getString("command"),
                    Map.of(),
                    root.getConfigList("suites").stream()
                            .map(ResultsJson::readSection)
                            .toList(),
                    List.of());
        } catch (ConfigException e) {
            throw new IOException(file + " is no results.json of 'bench --out': " + e.getMessage(), e);
        }
    }

    private static Section readSection(Config config) {
        return new Section(
                config.getString(SUITE),
                config.getString(TITLE),
                new Table(List.of(), List.of()),
                config.getConfigList("charts").stream()
                        .map(ResultsJson::readChart)
                        .toList(),
                config.getConfigList("ratios").stream()
                        .map(one -> new Ratio(
                                one.getString("figure"),
                                one.getString("one"),
                                one.getString("other"),
                                one.getEnum(Better.class, BETTER),
                                one.getDoubleList(SAMPLES)))
                        .toList(),
                List.of(),
                List.of());
    }

    private static Chart readChart(Config config) {
        return new Chart(
                config.getString(TITLE),
                config.getEnum(Kind.class, "kind"),
                config.getEnum(Unit.class, "unit"),
                config.getEnum(Better.class, BETTER),
                config.getString("across"),
                config.getConfigList("series").stream()
                        .map(one -> new Series(
                                one.getString("name"),
                                one.getString("note"),
                                one.getConfigList("points").stream()
                                        .map(point -> new Point(point.getDouble("at"), point.getDoubleList(SAMPLES)))
                                        .toList()))
                        .toList());
    }
}
