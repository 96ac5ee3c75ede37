package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Chart;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Kind;
import io.millrace.lab.bench.results.Chart.Point;
import io.millrace.lab.bench.results.Chart.Series;
import io.millrace.lab.bench.results.Ratio;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.bench.results.Spread;
import io.millrace.lab.bench.results.Table;
import io.millrace.lab.bench.results.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Reports the latency suite's results: a curve for each contender under each load. */
final class LatencyReport {
    private static final int P50 = 0;
    private static final int P99 = 2;
    private static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");

    private final Settings settings;
    private final List<Entrant> entrants;
    private final List<LatencyRound> rounds;
    private final boolean quiet;

    LatencyReport(Settings settings, List<Entrant> entrants, List<LatencyRound> rounds) {
        this.settings = settings;
        this.entrants = entrants;
        this.rounds = rounds;
        quiet = Turns.canLeaveOut(entrants.stream().map(Entrant::name).toList(), rounds);
    }

    private List<LatencyRound> all(Entrant entrant) {
        return Turns.of(entrant.name(), rounds);
    }

    private List<LatencyRound> counting(Entrant entrant) {
        return all(entrant).stream()
                .filter(round -> !round.loads().isEmpty() && (!quiet || !round.disturbed()))
                .toList();
    }

    Section section(String title) {
        List<Chart> charts = new ArrayList<>();
        charts.add(most());
        for (Load load : Load.values()) {
            charts.add(curves(load));
        }
        List<Ratio> ratios = new ArrayList<>();
        entrants.stream().skip(1).forEach(other -> {
            for (Load load : Load.values()) {
                ratios.add(ratio(load, P50, other));
                ratios.add(ratio(load, P99, other));
            }
        });
        return new Section(
                LatencyMeasurement.NAME,
                title,
                table(),
                charts,
                ratios,
                notes(ratios),
                rounds.stream().map(LatencyReport::json).toList());
    }

    private String note(Entrant entrant) {
        return entrant.contender().settings(settings.mode());
    }

    private Chart most() {
        return Chart.bars(
                "the most that came back",
                Unit.PER_SECOND,
                Better.HIGHER,
                entrants.stream()
                        .map(one -> Chart.bar(
                                one.name(),
                                note(one),
                                counting(one).stream().map(LatencyRound::most).toList()))
                        .toList());
    }

    private Chart curves(Load load) {
        return new Chart(
                "round trip, " + load,
                Kind.PERCENTILES,
                Unit.NANOSECONDS,
                Better.LOWER,
                "share of the datagrams",
                entrants.stream()
                        .map(one -> new Series(
                                one.name(),
                                note(one),
                                IntStream.range(0, LatencyRound.SHARES.length)
                                        .mapToObj(share ->
                                                new Point(LatencyRound.SHARES[share], samples(one, load, share)))
                                        .toList()))
                        .toList());
    }

    private List<Double> samples(Entrant entrant, Load load, int share) {
        return counting(entrant).stream()
                .map(round -> round.ns(load, share))
                .filter(Double::isFinite)
                .toList();
    }

    private Ratio ratio(Load load, int share, Entrant other) {
        Entrant reference = entrants.getFirst();
        return new Ratio(
                figure(NAMES.get(share), load),
                reference.name(),
                other.name(),
                Better.LOWER,
                Turns.ratios(
                        all(reference),
                        all(other),
                        quiet,
                        round -> round.distance(load),
                        round -> round.ns(load, share)));
    }

    /** What a ratio's figure is called. */
    static String figure(String share, Load load) {
        return share + ", " + load;
    }

    private Table table() {
        List<String> header = new ArrayList<>(List.of("", "", "most a second", "load"));
        header.addAll(NAMES);
        header.add("lost");
        List<List<String>> rows = new ArrayList<>();
        for (Entrant entrant : entrants) {
            for (Load load : Load.values()) {
                rows.add(row(entrant, load));
            }
        }
        return new Table(header, rows);
    }

    private List<String> row(Entrant entrant, Load load) {
        boolean isFirst = load == Load.ONE;
        List<LatencyRound> own = counting(entrant);
        List<String> cells = new ArrayList<>(List.of(
                isFirst ? entrant.name() : "",
                isFirst ? note(entrant) : "",
                isFirst
                        ? Unit.PER_SECOND.text(
                                Spread.of(own.stream().map(LatencyRound::most).toList())
                                        .median())
                        : "",
                load.toString()));
        for (int share = 0; share < NAMES.size(); share++) {
            cells.add(Unit.NANOSECONDS.text(
                    Spread.of(samples(entrant, load, share)).median()));
        }
        long lost =
                own.stream().mapToLong(round -> round.loads().get(load).lost()).sum();
        long sent = own.stream()
                .mapToLong(round -> round.loads().get(load).messages())
                .sum();
        cells.add(lost == 0 ? "0" : lost + " of " + sent);
        return cells;
    }

    private List<String> notes(List<Ratio> ratios) {
        List<String> notes = new ArrayList<>();
        ratios.stream()
                .filter(ratio -> ratio.figure().endsWith(Load.ONE.toString())
                        && !ratio.samples().isEmpty())
                .forEach(ratio -> notes.add(String.format(
                        Locale.ROOT,
                        "%s / %s: %s %.2f (%.2f..%.2f)",
                        ratio.one(),
                        ratio.other(),
                        ratio.figure(),
                        ratio.spread().median(),
                        ratio.spread().min(),
                        ratio.spread().max())));
        notes.add("loads are shares of the most that came back of the same contender in the same turn; for the"
                + " fastest, that "
                + "is the client's limit");
        notes.addAll(Turns.notes(rounds, quiet));
        notes.addAll(Turns.distanceNotes(
                rounds.stream().map(round -> round.distance(Load.ONE)).toList()));
        return notes;
    }

    private static Map<String, Object> json(LatencyRound round) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("suite", LatencyMeasurement.NAME);
        map.put("contender", round.contender());
        if (Double.isFinite(round.most())) {
            map.put("most_per_second", round.most());
        }
        Map<String, Object> loads = new LinkedHashMap<>();
        round.loads().forEach((load, times) -> {
            Map<String, Object> figures = new LinkedHashMap<>(Map.of("sent", times.messages(), "lost", times.lost()));
            for (int i = 0; i < NAMES.size(); i++) {
                figures.put(NAMES.get(i).replace(".", "") + "_ns", times.ns()[i]);
            }
            times.distance().put(figures);
            loads.put(load.name().toLowerCase(Locale.ROOT), figures);
        });
        map.put("loads", loads);
        map.put("waited", round.waited());
        map.put("problem", round.problem());
        map.put("command", round.command());
        return map;
    }
}
