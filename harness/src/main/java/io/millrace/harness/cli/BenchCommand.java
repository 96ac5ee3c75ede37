package io.millrace.harness.cli;

import io.millrace.harness.bench.AfXdpBench;
import io.millrace.harness.bench.CContender;
import io.millrace.harness.bench.Contender;
import io.millrace.harness.bench.EngineContender;
import io.millrace.harness.bench.Round;
import io.millrace.harness.bench.Spread;
import io.millrace.harness.bench.Suite;
import io.millrace.harness.traffic.FrameTemplate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the engine beside its peers. */
@Command(name = "bench", sortOptions = false, description = {
    "Measure the engine side by side with a C program on libxdp.",
    "Both take turns at receiving the kernel generator's frames, over a veth pair between two network namespaces made "
        + "for it. Only ratios of one run count, on a machine that does nothing else. Needs root and two CPUs.",
    "A turn in which something else had much of the CPUs is taken again, twice at most.",
    "",
    "afxdp-rx: receive and drop. afxdp-reflect: swap addresses and send back."})
final class BenchCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;
    private static final int ATTEMPTS = 3;
    private static final int SMALLEST = 50;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SUITE", arity = "0..*", description = "Which to run (default: all).")
    private List<String> suiteNames = List.of();

    @Option(names = "--contenders", paramLabel = "NAME", split = ",", defaultValue = "c,engine",
        description = "c and engine (default: ${DEFAULT-VALUE}); c,c shows the spread that ratios have by nature.")
    private List<String> contenders;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5",
        description = "Turns of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--warm-up", paramLabel = "D", defaultValue = "3s", converter = DurationConverter.class,
        description = "Under load, before the measured time (default: ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(names = "--duration", paramLabel = "D", defaultValue = "2s", converter = DurationConverter.class,
        description = "Measured time of a turn (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(names = "--size", paramLabel = "SIZE", defaultValue = "64", converter = SizeConverter.class,
        description = "Bytes of a frame (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "max", converter = RateConverter.class,
        description = "Frames a second (default: ${DEFAULT-VALUE}).")
    private Rate rate;

    @Option(names = "--receiver-cpu", paramLabel = "CPU", defaultValue = "0",
        description = "CPU of the receiver (default: ${DEFAULT-VALUE}).")
    private int receiverCpu;

    @Option(names = "--generator-cpu", paramLabel = "CPU", defaultValue = "1",
        description = "CPU of the generator (default: ${DEFAULT-VALUE}).")
    private int generatorCpu;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round to this file.")
    private Path json;

    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (size < SMALLEST || size > FrameTemplate.MAX_LENGTH) {
            throw new ParameterException(spec.commandLine(),
                "--size " + size + "; choose " + SMALLEST + " to " + FrameTemplate.MAX_LENGTH);
        }
        List<Contender> opponents = contenders();
        AfXdpBench bench = new AfXdpBench(new AfXdpBench.Settings(atLeastOne(rounds), ATTEMPTS,
            warmUp.toMillis(), duration.toMillis(), size, rate.perSecond(), receiverCpu, generatorCpu));
        PrintWriter out = spec.commandLine().getOut();
        List<String> jsonRounds = new ArrayList<>();
        boolean fine = true;
        for (Suite suite : suites()) {
            out.printf(Locale.ROOT, "%s: %s; %d B, native attach, copy mode, receiver on CPU %d, generator on CPU %d, "
                + "rate %s, %d turns of %d ms each%n", suite, suite.work(), size, receiverCpu, generatorCpu, rate, rounds,
                duration.toMillis());
            out.flush();
            List<Round> results = bench.run(suite, opponents, this::tell);
            report(out, opponents, results);
            fine &= results.stream().allMatch(round -> round.problem().isEmpty());
            results.forEach(round -> jsonRounds.add(json(suite, round)));
        }
        writeJson(jsonRounds);
        return fine ? ExitCode.FINE : ExitCode.FAILED;
    }

    private int atLeastOne(int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds " + value + " is less than 1");
        }
        return value;
    }

    private List<Contender> contenders() {
        List<Contender> result = new ArrayList<>();
        for (String name : contenders) {
            switch (name) {
                case "c" -> result.add(new CContender(result.stream().anyMatch(c -> c.name().equals("c")) ? "c again"
                    : "c", harness()));
                case "engine" -> result.add(new EngineContender());
                default -> throw new ParameterException(spec.commandLine(),
                    "--contenders: '" + name + "' is neither c nor engine");
            }
        }
        return result;
    }

    /** Of the source tree, where the C program is: the launcher says where. */
    private static Path harness() {
        String root = System.getenv("MILLRACE_HOME");
        if (root == null) {
            throw CommandFailure.usage("MILLRACE_HOME is not set; start with harness/millrace, which sets it");
        }
        return Path.of(root, "harness");
    }

    private void tell(Round round) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT, "  %-8s %.3f million/s of %.3f offered; waited for its CPU %.0f %%%s%s%n",
            round.contender(), round.framesPerSecond() / MEGA, round.offeredPerSecond() / MEGA, 100 * round.waited(),
            round.disturbed() ? ", disturbed" : "",
            round.problem().isEmpty() ? "" : "; NOT ACCOUNTED FOR: " + round.problem());
        err.flush();
    }

    /** Of the turns that had their CPUs to themselves; of all only when there were none. */
    private static void report(PrintWriter out, List<Contender> opponents, List<Round> rounds) {
        boolean quiet = opponents.stream()
            .allMatch(contender -> of(contender, rounds).stream().anyMatch(round -> !round.disturbed()));
        out.printf("  %-20s %-26s %-10s %s%n", "million frames/s", "median (min..max)", "offered", "CPU ns/frame");
        for (Contender contender : opponents) {
            List<Round> own = of(contender, rounds).stream().filter(round -> !quiet || !round.disturbed()).toList();
            out.printf(Locale.ROOT, "  %-20s %-26s %-10.3f %.0f%n", contender.name(),
                show(spread(own, Round::framesPerSecond), MEGA), spread(own, Round::offeredPerSecond).median() / MEGA,
                spread(own, Round::cpuNsPerFrame).median());
        }
        List<Round> first = of(opponents.getFirst(), rounds);
        for (Contender other : opponents.subList(1, opponents.size())) {
            List<Round> own = of(other, rounds);
            double[] ratios = IntStream.range(0, own.size())
                .filter(i -> !quiet || !own.get(i).disturbed() && !first.get(i).disturbed())
                .mapToDouble(i -> own.get(i).framesPerSecond() / first.get(i).framesPerSecond()).toArray();
            out.printf(Locale.ROOT, "  %-20s %s, %d turns beside each other%n",
                other.name() + " / " + opponents.getFirst().name(),
                ratios.length == 0 ? "-" : show(Spread.of(ratios), 1), ratios.length);
        }
        long disturbed = rounds.stream().filter(Round::disturbed).count();
        if (disturbed > 0) {
            out.printf("  %d of %d turns were disturbed, something else had their CPUs: %s%n", disturbed, rounds.size(),
                quiet ? "they are left out" : "do not quote these figures");
        }
        out.flush();
    }

    private static List<Round> of(Contender contender, List<Round> rounds) {
        return rounds.stream().filter(round -> round.contender().equals(contender.name())).toList();
    }

    private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).toArray());
    }

    private static String show(Spread spread, double unit) {
        return String.format(Locale.ROOT, "%.3f (%.3f..%.3f)", spread.median() / unit, spread.min() / unit,
            spread.max() / unit);
    }

    private static String json(Suite suite, Round round) {
        return String.format(Locale.ROOT, "{\"suite\":\"%s\",\"contender\":\"%s\",\"frames_per_second\":%.0f,"
            + "\"offered_per_second\":%.0f,\"cpu_ns_per_frame\":%.1f,\"waited\":%.3f,\"problem\":\"%s\"}", suite,
            round.contender(), round.framesPerSecond(), round.offeredPerSecond(), round.cpuNsPerFrame(),
            round.waited(), round.problem());
    }

    private void writeJson(List<String> rounds) {
        if (json == null) {
            return;
        }
        try {
            Files.writeString(json, "{\"version\":1,\"rounds\":[" + String.join(",\n", rounds) + "]}\n");
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write " + json + ", " + e + "; give another file");
        }
    }

    private List<Suite> suites() {
        return suiteNames.isEmpty() ? List.of(Suite.values()) : suiteNames.stream().map(this::suite).toList();
    }

    private Suite suite(String name) {
        for (Suite suite : Suite.values()) {
            if (suite.toString().equals(name)) {
                return suite;
            }
        }
        throw new ParameterException(spec.commandLine(),
            "'" + name + "' is no suite; there are " + Arrays.toString(Suite.values()));
    }
}
