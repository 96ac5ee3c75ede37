package io.millrace.harness.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The results of one suite as a user reads them. Figures are medians of the turns that had their CPUs to themselves;
 * of all turns only where someone had no such turn. Ratios are of turns beside each other, the engine's figure to the
 * other's: the machine has slow and fast phases, for everyone.
 */
public final class Report {
    private static final double MEGA = 1e6;
    private static final double KILO = 1e3;
    private static final String ENGINE = "engine";

    private final Suite suite;
    private final Settings settings;
    private final List<Contender> contenders;
    private final List<Round> rounds;
    private final boolean quiet;

    /** Of all rounds of a suite. */
    public Report(Suite suite, Settings settings, List<Contender> contenders, List<Round> rounds) {
        this.suite = suite;
        this.settings = settings;
        this.contenders = contenders;
        this.rounds = rounds;
        quiet = contenders.stream().allMatch(one -> all(one).stream().anyMatch(round -> !round.disturbed()));
    }

    private List<Round> all(Contender contender) {
        return rounds.stream().filter(round -> round.contender().equals(contender.name())).toList();
    }

    /** Prints it. */
    public void print(PrintWriter out) {
        boolean messages = suite.family() == Family.TCP;
        List<List<String>> table = new ArrayList<>();
        table.add(messages
            ? List.of("", "", "thousand messages/s", "p50 us", "p99 us", "p99.9 us", "max us", "CPU ns", "user",
                "heap B")
            : List.of("", "", "million " + suite.family().unit() + "s/s", "offered", "dropped", "CPU ns", "user",
                "heap B"));
        for (Contender contender : contenders) {
            List<Round> counting = all(contender).stream().filter(round -> !quiet || !round.disturbed()).toList();
            table.add(messages ? messageRow(contender, counting) : row(contender, counting));
        }
        printTable(out, table);
        Contender reference = reference();
        contenders.stream().filter(contender -> contender != reference)
            .forEach(other -> out.println("  " + ratios(reference, other)));
        printDisturbed(out);
        out.flush();
    }

    private Contender reference() {
        return contenders.stream().filter(contender -> contender.name().equals(ENGINE)).findFirst()
            .orElse(contenders.getFirst());
    }

    private void printDisturbed(PrintWriter out) {
        long disturbed = rounds.stream().filter(Round::disturbed).count();
        if (disturbed > 0) {
            out.printf("  %d of %d turns were disturbed, something else had their CPUs: %s%n", disturbed, rounds.size(),
                quiet ? "they are left out" : "do not quote these figures");
        }
    }

    private List<String> row(Contender contender, List<Round> own) {
        return List.of(contender.name(), contender.settings(settings.mode()),
            show(spread(own, Round::perSecond), MEGA, 3),
            number(spread(own, round -> round.rates().offered()).median() / MEGA, 3),
            share(spread(own, round -> round.rates().droppedShare()).median()),
            number(spread(own, round -> round.cost().cpuNs()).median(), 0),
            number(spread(own, round -> round.cost().userNs()).median(), 0),
            number(spread(own, round -> round.cost().heapBytes()).median(), 1));
    }

    private List<String> messageRow(Contender contender, List<Round> own) {
        return List.of(contender.name(), contender.settings(settings.mode()),
            show(spread(own, Round::perSecond), KILO, 1),
            show(spread(own, round -> round.latency().p50Ns()), KILO, 1),
            number(spread(own, round -> round.latency().p99Ns()).median() / KILO, 1),
            number(spread(own, round -> round.latency().p999Ns()).median() / KILO, 1),
            number(spread(own, round -> round.latency().maxNs()).median() / KILO, 1),
            number(spread(own, round -> round.cost().cpuNs()).median(), 0),
            number(spread(own, round -> round.cost().userNs()).median(), 0),
            number(spread(own, round -> round.cost().heapBytes()).median(), 1));
    }

    private String ratios(Contender reference, Contender other) {
        List<Round> first = all(reference);
        List<Round> second = all(other);
        int[] beside = IntStream.range(0, Math.min(first.size(), second.size()))
            .filter(i -> !quiet || !first.get(i).disturbed() && !second.get(i).disturbed()).toArray();
        StringBuilder line = new StringBuilder(reference.name() + " / " + other.name() + ": ");
        if (beside.length == 0) {
            return line.append("no undisturbed turns beside each other").toString();
        }
        line.append("rate ").append(ratio(first, second, beside, Round::perSecond));
        if (suite.family() == Family.TCP) {
            line.append(", p50 ").append(ratio(first, second, beside, round -> round.latency().p50Ns()));
        }
        line.append(", CPU ").append(ratio(first, second, beside, round -> round.cost().cpuNs()));
        return line + "; " + beside.length + (beside.length == 1 ? " turn" : " turns beside each other");
    }

    private static String ratio(List<Round> first, List<Round> second, int[] beside, ToDoubleFunction<Round> figure) {
        double[] ratios = IntStream.of(beside)
            .mapToDouble(i -> figure.applyAsDouble(first.get(i)) / figure.applyAsDouble(second.get(i))).toArray();
        return show(Spread.of(ratios), 1, 2);
    }

    private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).toArray());
    }

    private static String show(Spread spread, double unit, int digits) {
        return number(spread.median() / unit, digits) + " (" + number(spread.min() / unit, digits) + ".."
            + number(spread.max() / unit, digits) + ")";
    }

    private static String share(double value) {
        return Double.isFinite(value) ? number(100 * value, 2) + " %" : "-";
    }

    private static String number(double value, int digits) {
        return !Double.isFinite(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static void printTable(PrintWriter out, List<List<String>> table) {
        for (List<String> row : table) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = table.stream().mapToInt(one -> one.get(column).length()).max().orElse(0);
                line.append("  ").append(row.get(i)).append(" ".repeat(width - row.get(i).length()));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
