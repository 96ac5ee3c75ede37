package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Measures what everyone handles a second, and what that costs: one of the {@link Suite}s. */
public final class RateMeasurement implements Measurement {
    private static final double MEGA = 1e6;
    private static final double KILO = 1e3;

    private final Suite suite;
    private final Settings settings;
    private final List<Contender> contenders;
    private final Path lab;

    /**
     * Makes the measurement of some contenders.
     *
     * @param lab the lab's folder in the source tree
     */
    public RateMeasurement(Suite suite, Settings settings, List<Contender> contenders, Path lab) {
        this.suite = suite;
        this.settings = settings;
        this.contenders = contenders;
        this.lab = lab;
    }

    @Override
    public int turns() {
        return contenders.size() * settings.rounds();
    }

    @Override
    public long expectedMs() {
        return turns() * settings.turnMs();
    }

    @Override
    public String title() {
        return settings.title(suite);
    }

    @Override
    public Outcome run(TurnLog log) throws IOException, InterruptedException {
        List<Round> rounds = new Bench(settings, lab)
                .run(suite, contenders, (round, counts) -> log.ended(line(suite, round), counts));
        return new Outcome(
                new RateReport(suite, settings, contenders, rounds).section(),
                rounds.stream().allMatch(round -> round.problem().isEmpty()));
    }

    static String line(Suite suite, Round round) {
        String rates = suite.family() == Family.TCP
                ? String.format(
                        Locale.ROOT,
                        "%.1f thousand/s, p50 %.1f us",
                        round.perSecond() / KILO,
                        round.latency().p50Ns() / KILO)
                : String.format(
                        Locale.ROOT,
                        "%.3f million/s of %.3f offered",
                        round.perSecond() / MEGA,
                        round.rates().offered() / MEGA);
        return String.format(
                Locale.ROOT,
                "%-15s %s; waited for its CPU %.0f %%%s%s%s",
                round.contender(),
                rates,
                100 * round.waited(),
                round.distance().text(),
                round.disturbed() ? ", disturbed" : "",
                round.problem().isEmpty() ? "" : "; NOT ACCOUNTED FOR: " + round.problem());
    }
}
