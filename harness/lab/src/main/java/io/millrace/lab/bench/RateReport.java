package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Chart;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Ratio;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.bench.results.Spread;
import io.millrace.lab.bench.results.Table;
import io.millrace.lab.bench.results.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Reports the results of one suite to a user. Figures are medians of the turns that had their CPUs to themselves; of
 * all turns if someone had no such turn. Ratios, the engine's figure divided by the other's, compare turns beside each
 * other, because the machine has slow and fast phases for everyone.
 */
final class RateReport {
    /** The chart of what is allocated, of whatever is counted. */
    static final String HEAP = "heap allocated a ";
    /** The chart of what is lost at a pace. */
    static final String LOST = "share lost";

    private static final double MEGA = 1e6;
    private static final double KILO = 1e3;
    /** Loads that differ by less count as equal. */
    private static final double EQUAL = 0.01;

    private static final String RATE = "rate";
    private static final String ENGINE = "engine";
    /** Follows the name of a contender that was still warming up. */
    static final String NOT_HOT = ", not hot";

    private final Suite suite;
    private final Settings settings;
    private final List<Contender> contenders;
    private final List<Round> rounds;
    private final boolean quiet;
    private final List<Figure> figures;

    /** What is plotted, and what of it is divided. */
    private record Figure(
            String title, String shortly, Unit unit, Better better, boolean divided, ToDoubleFunction<Round> of) {}

    /** Makes the report of all rounds of a suite. */
    RateReport(Suite suite, Settings settings, List<Contender> contenders, List<Round> rounds) {
        this.suite = suite;
        this.settings = settings;
        this.contenders = contenders;
        this.rounds = rounds;
        quiet = Turns.canLeaveOut(contenders.stream().map(Contender::name).toList(), rounds);
        figures = figures();
    }

    private List<Figure> figures() {
        String unit = suite.family().unit();
        List<Figure> all = new ArrayList<>();
        all.add(new Figure(unit + "s a second", RATE, Unit.PER_SECOND, Better.HIGHER, true, Round::perSecond));
        if (isOfMessages()) {
            all.add(new Figure(
                    "round trip, p50",
                    "p50",
                    Unit.NANOSECONDS,
                    Better.LOWER,
                    true,
                    round -> round.latency().p50Ns()));
            all.add(new Figure(
                    "round trip, p99",
                    "p99",
                    Unit.NANOSECONDS,
                    Better.LOWER,
                    false,
                    round -> round.latency().p99Ns()));
        }
        all.add(new Figure(
                "CPU time a " + unit,
                "CPU",
                Unit.NANOSECONDS,
                Better.LOWER,
                true,
                round -> round.cost().cpuNs()));
        if (settings.rate() > 0) {
            all.add(new Figure(
                    LOST,
                    "lost",
                    Unit.RATIO,
                    Better.LOWER,
                    false,
                    round -> round.rates().droppedShare()));
        }
        all.add(new Figure(
                HEAP + unit,
                "heap",
                Unit.BYTES,
                Better.LOWER,
                false,
                round -> round.cost().heapBytes()));
        return all;
    }

    private boolean isOfMessages() {
        return suite.family() == Family.TCP;
    }

    private List<Round> all(Contender contender) {
        return Turns.of(contender.name(), rounds);
    }

    private List<Round> counting(Contender contender) {
        return all(contender).stream()
                .filter(round -> Double.isFinite(round.perSecond()))
                .filter(round -> !quiet || !round.disturbed())
                .toList();
    }

    /** Returns the whole report. */
    Section section() {
        List<Ratio> ratios = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Contender reference : references()) {
            for (Contender other : contenders) {
                if (!references().contains(other) || reference == references().getFirst() && other != reference) {
                    List<Ratio> own = ratios(reference, other);
                    ratios.addAll(own);
                    notes.add(line(reference, other, own));
                }
            }
        }
        List<String> limited = limitedByGenerator();
        if (!limited.isEmpty()) {
            notes.add("the generator was the limit of " + String.join(", ", limited)
                    + ": they took all that was offered; compare what it cost them, not their rates");
        }
        contenders.stream().filter(this::wasCold).forEach(one -> notes.add(coldNote(one.name(), counting(one))));
        notes.addAll(Turns.notes(rounds, quiet));
        notes.addAll(Turns.distanceNotes(rounds.stream().map(Round::distance).toList()));
        return new Section(
                settings.nameOf(suite),
                settings.title(suite),
                table(),
                figures.stream().map(this::chart).filter(Chart::hasFigures).toList(),
                ratios,
                notes,
                limited,
                rounds.stream()
                        .map(round -> RoundJson.of(suite, settings, round))
                        .toList());
    }

    private boolean wasCold(Contender contender) {
        return Round.wasCold(counting(contender));
    }

    /** The note about a contender that was not hot. */
    static String coldNote(String contender, List<Round> rounds) {
        return contender + " was not hot: in the second half of its turns it was "
                + Unit.number(spread(rounds, round -> round.rates().rise()).median(), 2)
                + " times as good as in the first, by its rate or its CPU time; measure again with a longer --warm-up";
    }

    /** The name as in tables and charts, with the mark. */
    private String label(Contender contender) {
        return wasCold(contender) ? contender.name() + NOT_HOT : contender.name();
    }

    private Chart chart(Figure figure) {
        return Chart.bars(
                figure.title,
                figure.unit,
                figure.better,
                contenders.stream()
                        .map(one -> Chart.bar(
                                label(one),
                                one.settings(settings.mode()),
                                counting(one).stream()
                                        .map(round -> figure.of.applyAsDouble(round))
                                        .filter(Double::isFinite)
                                        .toList()))
                        .toList());
    }

    private Table table() {
        List<String> header = isOfMessages()
                ? List.of(
                        "",
                        "",
                        "thousand messages/s",
                        "p50 us",
                        "p99 us",
                        "p99.9 us",
                        "max us",
                        "CPU ns",
                        "user",
                        "heap B")
                : List.of(
                        "",
                        "",
                        "million " + suite.family().unit() + "s/s",
                        "offered",
                        "dropped",
                        "CPU ns",
                        "user",
                        "heap B");
        return new Table(
                header,
                contenders.stream()
                        .map(one -> isOfMessages() ? messageRow(one, counting(one)) : row(one, counting(one)))
                        .toList());
    }

    /** The contenders that are compared with the others: the engine, and the engine that takes merged datagrams. */
    private List<Contender> references() {
        List<Contender> references = new ArrayList<>();
        references.add(contenders.stream()
                .filter(contender -> contender.name().equals(ENGINE))
                .findFirst()
                .orElse(contenders.getFirst()));
        contenders.stream()
                .filter(contender -> contender.takesMerged()
                        && contender.name().startsWith(ENGINE)
                        && contender != references.getFirst())
                .forEach(references::add);
        return references;
    }

    /** A contender that takes everything that is offered might take more, so its rate does not rank it. */
    private List<String> limitedByGenerator() {
        return contenders.stream()
                .filter(one -> settings.rate() == 0 && Round.tookAll(counting(one)))
                .map(Contender::name)
                .toList();
    }

    private List<String> row(Contender contender, List<Round> own) {
        return List.of(
                label(contender),
                contender.settings(settings.mode()),
                show(spread(own, Round::perSecond), MEGA, 3),
                Unit.number(spread(own, round -> round.rates().offered()).median() / MEGA, 3),
                share(spread(own, round -> round.rates().droppedShare()).median()),
                Unit.number(spread(own, round -> round.cost().cpuNs()).median(), 0),
                Unit.number(spread(own, round -> round.cost().userNs()).median(), 0),
                Unit.number(spread(own, round -> round.cost().heapBytes()).median(), 1));
    }

    private List<String> messageRow(Contender contender, List<Round> own) {
        return List.of(
                label(contender),
                contender.settings(settings.mode()),
                show(spread(own, Round::perSecond), KILO, 1),
                show(spread(own, round -> round.latency().p50Ns()), KILO, 1),
                Unit.number(spread(own, round -> round.latency().p99Ns()).median() / KILO, 1),
                Unit.number(spread(own, round -> round.latency().p999Ns()).median() / KILO, 1),
                Unit.number(spread(own, round -> round.latency().maxNs()).median() / KILO, 1),
                Unit.number(spread(own, round -> round.cost().cpuNs()).median(), 0),
                Unit.number(spread(own, round -> round.cost().userNs()).median(), 0),
                Unit.number(spread(own, round -> round.cost().heapBytes()).median(), 1));
    }

    private List<Ratio> ratios(Contender reference, Contender other) {
        return figures.stream()
                .filter(Figure::divided)
                .map(figure -> new Ratio(
                        figure.shortly,
                        reference.name(),
                        other.name(),
                        figure.better,
                        Turns.ratios(all(reference), all(other), quiet, Round::distance, figure.of),
                        caveat(figure, reference, other)))
                .toList();
    }

    /** Says why a ratio of two does not count, because their work was unequal or one was not hot; "" if it counts. */
    private String caveat(Figure figure, Contender reference, Contender peer) {
        String cold = coldCaveat(reference.name(), counting(reference), peer.name(), counting(peer));
        return cold.isEmpty() ? unequalLoads(figure, counting(reference), counting(peer)) : cold;
    }

    /** Says which of two was not hot, or "". */
    static String coldCaveat(String one, List<Round> ofOne, String other, List<Round> ofOther) {
        boolean isOneCold = Round.wasCold(ofOne);
        boolean isOtherCold = Round.wasCold(ofOther);
        return isOneCold && isOtherCold
                ? one + " and " + other + " were not hot"
                : isOneCold ? one + " was not hot" : isOtherCold ? other + " was not hot" : "";
    }

    private String unequalLoads(Figure figure, List<Round> one, List<Round> other) {
        double offeredOne = offered(one);
        double offeredOther = offered(other);
        double least = Math.min(offeredOne, offeredOther);
        if (!(Math.abs(offeredOne - offeredOther) > EQUAL * least)) { // true for NaN, too
            return "";
        }
        String loads = "their loads were not equal, " + Unit.number(offeredOne / MEGA, 3) + " and "
                + Unit.number(offeredOther / MEGA, 3) + " million/s";
        if (settings.rate() > 0) {
            return loads;
        }
        List<Round> offeredLess = offeredOne < offeredOther ? one : other;
        List<Round> offeredMore = offeredLess == one ? other : one;
        boolean tookLess = spread(offeredLess, Round::perSecond).median()
                < spread(offeredMore, Round::perSecond).median();
        return figure.shortly.equals(RATE) && tookLess && Round.tookAll(offeredLess)
                ? loads + ", and who had less took all of it"
                : "";
    }

    private static double offered(List<Round> rounds) {
        return spread(rounds, round -> round.rates().offered()).median();
    }

    private static String line(Contender reference, Contender other, List<Ratio> ratios) {
        int turns =
                ratios.stream().mapToInt(ratio -> ratio.samples().size()).max().orElse(0);
        String names = reference.name() + " / " + other.name() + ": ";
        if (turns == 0) {
            return names + "no undisturbed turns of both beside each other that have figures";
        }
        return names
                + String.join(
                        ", ",
                        ratios.stream()
                                .map(ratio -> ratio.figure() + " " + show(ratio.spread(), 1, 2)
                                        + (ratio.caveat().isEmpty() ? "" : " (not comparable: " + ratio.caveat() + ")"))
                                .toList())
                + "; " + turns + (turns == 1 ? " turn" : " turns beside each other");
    }

    private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private static String show(Spread spread, double unit, int digits) {
        return Unit.number(spread.median() / unit, digits) + " (" + Unit.number(spread.min() / unit, digits) + ".."
                + Unit.number(spread.max() / unit, digits) + ")";
    }

    private static String share(double value) {
        return Double.isFinite(value) ? Unit.number(100 * value, 2) + " %" : "-";
    }
}
