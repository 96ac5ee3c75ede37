package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Chart;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Series;
import io.millrace.lab.bench.results.Ratio;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.bench.results.Spread;
import io.millrace.lab.bench.results.Table;
import io.millrace.lab.bench.results.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Measures what the same work costs everyone, at a pace that all keep up with. Everyone sleeps while there is nothing
 * to receive, so that CPU times can be compared; memory and the JVMs' pauses are measured, too.
 */
public final class CostMeasurement implements Measurement {
    /** Its name. */
    public static final String NAME = "cost";

    /** Datagrams a second that everyone keeps up with. */
    static final List<Double> PACES = List.of(200_000d, 500_000d);
    /** The chart of starts. */
    static final String START = "start of the engine";
    /** In it. */
    static final String FIRST_FRAME = "engine, first frame";
    /** About what one start of the engine takes, with its end. */
    private static final long START_MS = 1_500;

    private final List<Work> works;
    private final StartUp startUp;
    private final Settings settings;
    private final Path lab;
    private final List<Chart> charts = new ArrayList<>();
    private final List<Ratio> ratios = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Map<String, Object>> json = new ArrayList<>();

    /**
     * Something to do.
     *
     * @param rate       frames or datagrams a second; 0 for messages, which go as fast as they come back
     * @param contenders who can sleep meanwhile
     */
    record Work(Suite suite, double rate, List<Contender> contenders) {
        String text() {
            return text(suite, rate);
        }

        static String text(Suite suite, double rate) {
            return rate == 0 ? suite.toString() : suite + " at " + Unit.PER_SECOND.text(rate);
        }
    }

    /**
     * Makes the measurement of some work, and of starts of the engine.
     *
     * @param lab the lab's folder in the source tree
     */
    CostMeasurement(Settings settings, List<Work> works, StartUp startUp, Path lab) {
        this.settings = settings;
        this.startUp = startUp;
        this.works = works;
        this.lab = lab;
    }

    @Override
    public int turns() {
        return works.stream().mapToInt(work -> work.contenders.size()).sum() * settings.rounds() + 1;
    }

    @Override
    public long expectedMs() {
        return (turns() - 1) * settings.turnMs() + settings.rounds() * START_MS;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "%s: CPU time and memory for the same work, everyone asleep while there is nothing to "
                        + "do; contender on CPU %d, %d turns of %d ms each",
                NAME,
                settings.receiverCpu(),
                settings.rounds(),
                settings.durationMs());
    }

    @Override
    public Outcome run(TurnLog log) throws IOException, InterruptedException {
        boolean fine = true;
        List<CpuDistance> distances = new ArrayList<>();
        for (Work work : works) {
            Settings paced = settings.paced(work.rate, Mode.WAIT);
            List<Round> rounds = new Bench(paced, lab)
                    .run(work.suite, work.contenders, (round, counts) -> log.ended(line(work, round), counts));
            add(work, paced, rounds);
            rounds.forEach(round -> distances.add(round.distance()));
            fine &= rounds.stream().allMatch(round -> round.problem().isEmpty());
        }
        notes.addAll(Turns.distanceNotes(distances));
        addStarts(log);
        Table table =
                new Table(List.of("", "", "CPU time", "of it user", "heap", "resident", "GC pauses in all"), rows);
        return new Outcome(new Section(NAME, title(), table, charts, ratios, notes, json), fine);
    }

    private void addStarts(TurnLog log) throws IOException, InterruptedException {
        List<StartUp.Times> starts = startUp.measure(settings.rounds());
        List<Double> toFirstFrame =
                starts.stream().map(StartUp.Times::toFirstFrameNs).toList();
        List<Double> toReady = starts.stream().map(StartUp.Times::toReadyNs).toList();
        charts.add(Chart.bars(
                START,
                Unit.NANOSECONDS,
                Better.LOWER,
                List.of(
                        Chart.bar("engine, ready", "from the start of the process", toReady),
                        Chart.bar(
                                FIRST_FRAME,
                                "from the start of the process to the first frame handled",
                                toFirstFrame))));
        notes.add(String.format(
                Locale.ROOT,
                "start of the engine's process to the first frame handled: %s (%s..%s), of them %s "
                        + "before it is ready",
                Unit.NANOSECONDS.text(Spread.of(toFirstFrame).median()),
                Unit.NANOSECONDS.text(Spread.of(toFirstFrame).min()),
                Unit.NANOSECONDS.text(Spread.of(toFirstFrame).max()),
                Unit.NANOSECONDS.text(Spread.of(toReady).median())));
        log.ended(
                "starts of the engine: "
                        + Unit.NANOSECONDS.text(Spread.of(toFirstFrame).median()) + " to the first frame",
                true);
    }

    /** What the ratio of CPU times is called. */
    static String cpu(String work) {
        return "CPU, " + work;
    }

    private static String line(Work work, Round round) {
        return String.format(
                Locale.ROOT,
                "%s, %s: %s CPU a %s%s%s",
                work.text(),
                round.contender(),
                Unit.NANOSECONDS.text(round.cost().cpuNs()),
                work.suite.family().unit(),
                round.distance().text(),
                round.problem().isEmpty() ? "" : "; NOT ACCOUNTED FOR: " + round.problem());
    }

    private void add(Work work, Settings paced, List<Round> rounds) {
        String unit = work.suite.family().unit();
        charts.add(chart(
                "CPU time a " + unit + ", " + work.text(),
                Unit.NANOSECONDS,
                work,
                rounds,
                round -> round.cost().cpuNs()));
        charts.add(chart(
                "user time a " + unit + ", " + work.text(),
                Unit.NANOSECONDS,
                work,
                rounds,
                round -> round.cost().userNs()));
        charts.add(chart(
                RateReport.HEAP + unit + ", " + work.text(),
                Unit.BYTES,
                work,
                rounds,
                round -> round.cost().heapBytes()));
        charts.add(chart(
                "resident memory, " + work.text(),
                Unit.BYTES,
                work,
                rounds,
                round -> round.cost().resident()));
        charts.add(
                chart("garbage collector's pauses, " + work.text(), Unit.NANOSECONDS, work, rounds, Round::pausesNs));
        for (Contender contender : work.contenders) {
            List<Round> own = Turns.of(contender.name(), rounds);
            if (Round.wasCold(own)) {
                notes.add(work.text() + ": " + RateReport.coldNote(contender.name(), own));
            }
            rows.add(List.of(
                    work.text(),
                    contender.name() + (Round.wasCold(own) ? RateReport.NOT_HOT : ""),
                    median(own, Unit.NANOSECONDS, round -> round.cost().cpuNs()),
                    median(own, Unit.NANOSECONDS, round -> round.cost().userNs()),
                    median(own, Unit.BYTES, round -> round.cost().heapBytes()),
                    median(own, Unit.BYTES, round -> round.cost().resident()),
                    median(own, Unit.NANOSECONDS, Round::pausesNs)));
            if (contender != work.contenders.getFirst()) {
                ratios.add(ratio(work, contender, rounds));
            }
        }
        for (Round round : rounds) {
            json.add(RoundJson.of(work.suite, paced, round));
            if (!round.problem().isEmpty()) {
                notes.add("a turn of " + round.contender() + ", " + work.text() + ", was not accounted for: "
                        + round.problem());
            }
        }
    }

    private static List<Double> figures(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return rounds.stream()
                .map(figure::applyAsDouble)
                .filter(Double::isFinite)
                .toList();
    }

    private static String median(List<Round> rounds, Unit unit, ToDoubleFunction<Round> figure) {
        return unit.text(Spread.of(figures(rounds, figure)).median());
    }

    private static Chart chart(String title, Unit unit, Work work, List<Round> rounds, ToDoubleFunction<Round> figure) {
        List<Series> series = work.contenders.stream()
                .map(contender -> Chart.bar(
                        contender.name(),
                        contender.settings(Mode.WAIT),
                        figures(Turns.of(contender.name(), rounds), figure)))
                .toList();
        return Chart.bars(title, unit, Better.LOWER, series);
    }

    private static Ratio ratio(Work work, Contender other, List<Round> rounds) {
        Contender reference = work.contenders.getFirst();
        List<Round> own = Turns.of(reference.name(), rounds);
        List<Round> others = Turns.of(other.name(), rounds);
        return new Ratio(
                cpu(work.text()),
                reference.name(),
                other.name(),
                Better.LOWER,
                Turns.ratios(
                        own,
                        others,
                        false,
                        Round::distance,
                        round -> round.cost().cpuNs()),
                RateReport.coldCaveat(reference.name(), own, other.name(), others));
    }
}
