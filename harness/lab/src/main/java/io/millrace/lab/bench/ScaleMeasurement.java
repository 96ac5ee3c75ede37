package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Chart;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Kind;
import io.millrace.lab.bench.results.Chart.Point;
import io.millrace.lab.bench.results.Chart.Series;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.bench.results.Table;
import io.millrace.lab.bench.results.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Measures what a frame or a message costs as the work around it grows: one {@link ScaleAxis} after the other. */
public final class ScaleMeasurement implements Measurement {
    /** Its name. */
    public static final String NAME = "scale";

    private final Settings settings;
    private final List<ScaleAxis> axes;
    private final Path lab;
    private final List<Chart> charts = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Map<String, Object>> json = new ArrayList<>();

    /** @param lab the lab's folder in the source tree */
    ScaleMeasurement(Settings settings, List<ScaleAxis> axes, Path lab) {
        this.settings = settings;
        this.axes = axes;
        this.lab = lab;
    }

    @Override
    public int turns() {
        return axes.stream().mapToInt(axis -> axis.turns(settings.rounds())).sum();
    }

    @Override
    public long expectedMs() {
        return turns() * settings.turnMs();
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "%s: CPU time that a frame or a message costs as the work grows; contender on CPU "
                        + "%d, generator or client on CPU %d, %d turns of %d ms each",
                NAME,
                settings.receiverCpu(),
                settings.generatorCpu(),
                settings.rounds(),
                settings.durationMs());
    }

    @Override
    public Outcome run(TurnLog log) throws IOException, InterruptedException {
        boolean fine = true;
        for (ScaleAxis axis : axes) {
            fine &= grow(axis, log);
        }
        Table table = new Table(List.of("", "", "", "CPU time, median", "least", "greatest", "a second"), rows);
        return new Outcome(new Section(NAME, title(), table, charts, List.of(), notes, json), fine);
    }

    private boolean grow(ScaleAxis axis, TurnLog log) throws IOException, InterruptedException {
        Map<String, Map<Integer, List<Round>>> rounds = new LinkedHashMap<>();
        for (int value : axis.values()) {
            List<Round> here = new Bench(axis.settings().apply(value), lab)
                    .run(
                            axis.suite(),
                            axis.contenders().apply(value),
                            (round, counts) -> log.ended(
                                    value + " " + axis.across() + ": " + RateMeasurement.line(axis.suite(), round),
                                    counts));
            for (Round round : here) {
                rounds.computeIfAbsent(round.contender(), name -> new TreeMap<>())
                        .computeIfAbsent(value, key -> new ArrayList<>())
                        .add(round);
            }
        }
        rounds.forEach((name, own) -> own.forEach((value, some) -> tell(axis, name, value, some)));
        charts.add(chart(axis, rounds));
        return rounds.values().stream()
                .flatMap(own -> own.values().stream())
                .flatMap(List::stream)
                .allMatch(round -> round.problem().isEmpty());
    }

    private Chart chart(ScaleAxis axis, Map<String, Map<Integer, List<Round>>> rounds) {
        List<Series> series = new ArrayList<>();
        rounds.forEach((name, own) -> series.add(new Series(
                name,
                "",
                own.entrySet().stream()
                        .map(entry -> new Point(entry.getKey(), costs(entry.getValue())))
                        .toList())));
        return new Chart(
                "CPU time a " + axis.suite().family().unit() + ", " + axis.suite() + ", over " + axis.across(),
                Kind.SCALING,
                Unit.NANOSECONDS,
                Better.LOWER,
                axis.across(),
                series);
    }

    /** Disturbed turns are left out if there are others. */
    private static List<Double> costs(List<Round> rounds) {
        List<Double> quiet = rounds.stream()
                .filter(round -> !round.disturbed())
                .map(round -> round.cost().cpuNs())
                .filter(Double::isFinite)
                .toList();
        return !quiet.isEmpty()
                ? quiet
                : rounds.stream()
                        .map(round -> round.cost().cpuNs())
                        .filter(Double::isFinite)
                        .toList();
    }

    private void tell(ScaleAxis axis, String name, int value, List<Round> rounds) {
        Point cost = new Point(value, costs(rounds));
        rows.add(List.of(
                axis.suite().toString(),
                name,
                String.format(Locale.ROOT, "%,d %s", value, axis.across()),
                Unit.NANOSECONDS.text(cost.spread().median()),
                Unit.NANOSECONDS.text(cost.spread().min()),
                Unit.NANOSECONDS.text(cost.spread().max()),
                Unit.PER_SECOND.text(new Point(
                                value,
                                rounds.stream()
                                        .map(Round::perSecond)
                                        .filter(Double::isFinite)
                                        .toList())
                        .spread()
                        .median())));
        if (Round.tookAll(rounds)) {
            notes.add(String.format(
                    Locale.ROOT,
                    "with %,d %s the sender was the limit of %s: its CPU time is the whole of "
                            + "it, waiting included",
                    value,
                    axis.across(),
                    name));
        }
        for (Round round : rounds) {
            Map<String, Object> map = new LinkedHashMap<>(RoundJson.of(axis.suite(), settings, round));
            map.put("scale", axis.across());
            map.put("value", value);
            json.add(map);
            if (!round.problem().isEmpty()) {
                notes.add("a turn of " + name + " with " + value + " " + axis.across() + " was not accounted for: "
                        + round.problem());
            }
        }
    }
}
