package io.millrace.harness.cli;

import io.millrace.engine.HostException;
import io.millrace.harness.bench.Bench;
import io.millrace.harness.bench.Contender;
import io.millrace.harness.bench.Contenders;
import io.millrace.harness.bench.Family;
import io.millrace.harness.bench.Mode;
import io.millrace.harness.bench.Report;
import io.millrace.harness.bench.Round;
import io.millrace.harness.bench.RoundJson;
import io.millrace.harness.bench.Settings;
import io.millrace.harness.bench.Suite;
import io.millrace.harness.report.StatisticsJson;
import io.millrace.harness.traffic.FrameTemplate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the engine beside its peers. */
@Command(name = "bench", sortOptions = false, description = {
    "Measure the engine side by side with C programs, DPDK, Netty, the JDK and Go.",
    "All take turns at receiving the same traffic, over a veth pair between two network namespaces made for it. Only "
        + "ratios of one run count, the engine's figure to the other's, on a machine that does nothing else. Needs root "
        + "and two CPUs.",
    "A turn in which something else had much of the CPUs is taken again, twice at most; with --wait or a --rate that "
        + "is not known.",
    "",
    "afxdp-rx: receive frames and drop them. afxdp-reflect: swap addresses and send back.",
    "udp-sink: receive datagrams and drop them. udp-echo: send datagrams back. Both flat out, or at a --rate.",
    "tcp-echo-64x1, -16kx1, -64x100, -16kx100: send messages of 64 B or 16 KiB back on 1 or 100 connections, one in "
        + "flight on each. tcp-echo: all four.",
    "all: everything.",
    "",
    "Contenders of afxdp: engine, engine-1s, engine-2s and engine-3s (stages on 1, 2, 3 threads), c, dpdk, af-packet. "
        + "Of udp: engine, engine-gso, c-uring, c-uring-gso, c-mmsg, c-mmsg-gso, netty-nio, netty-epoll, "
        + "netty-io_uring, nio, go-udp. Of tcp: engine, c-epoll, c-uring-tcp, netty-nio, netty-epoll, netty-io_uring, "
        + "go-tcp.",
    "Only when named, of afxdp: engine-all (polls all --queues), engine-1r and engine-10kr (1 and 10,000 accept rules), "
        + "engine-forward and engine-forward-copy (out of another interface, over one UMEM and over two). Of udp and tcp: "
        + "engine-zc (sends without a copy)."})
final class BenchCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;
    private static final double KILO = 1e3;
    private static final int ATTEMPTS = 3;
    private static final int SMALLEST_FRAME = 50;
    private static final int MOST_QUEUES = 8;
    /** What an Ethernet packet of 1500 bytes has room for. */
    private static final int LARGEST_DATAGRAM = 1472;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SUITE", arity = "0..*", defaultValue = "afxdp-rx,afxdp-reflect", split = ",",
        description = "Which to run (default: ${DEFAULT-VALUE}).")
    private List<String> suiteNames;

    @Option(names = "--contenders", paramLabel = "NAME", split = ",",
        description = "Who takes part (default: all that can be built here); a name twice shows the spread that ratios "
            + "have by nature.")
    private List<String> chosen;

    @Option(names = "--wait", description = "Contenders sleep while there is nothing to receive: their CPU time then "
        + "tells what a datagram or message costs. udp and tcp.")
    private boolean wait;

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
        description = "Bytes of a frame, or of a datagram's payload (default: ${DEFAULT-VALUE}). afxdp and udp.")
    private int size;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "max", converter = RateConverter.class,
        description = "Frames or datagrams a second (default: ${DEFAULT-VALUE}). afxdp and udp.")
    private Rate rate;

    @Option(names = "--receiver-cpu", paramLabel = "CPU", defaultValue = "0",
        description = "CPU of the contenders (default: ${DEFAULT-VALUE}).")
    private int receiverCpu;

    @Option(names = "--generator-cpu", paramLabel = "CPU", defaultValue = "1",
        description = "CPU of the generator, or of the client (default: ${DEFAULT-VALUE}).")
    private int generatorCpu;

    @Option(names = "--queues", paramLabel = "N", defaultValue = "1",
        description = "Queues of the interfaces (default: ${DEFAULT-VALUE}); frames come by one of them. afxdp.")
    private int queues;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round to this file.")
    private Path json;

    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Suite> suites = suites();
        check(suites);
        Path harness = harness();
        Map<Family, List<Contender>> contenders = contenders(suites, harness);
        Settings settings = new Settings(rounds, ATTEMPTS, warmUp.toMillis(), duration.toMillis(), size,
            rate.perSecond(), receiverCpu, generatorCpu, queues, wait ? Mode.WAIT : Mode.BUSY);
        Bench bench = new Bench(settings, harness);
        PrintWriter out = spec.commandLine().getOut();
        List<Map<String, Object>> jsonRounds = new ArrayList<>();
        boolean fine = true;
        for (Suite suite : suites) {
            out.println(title(suite, settings));
            out.flush();
            List<Contender> opponents = contenders.get(suite.family());
            List<Round> results = bench.run(suite, opponents, round -> tell(suite, round));
            new Report(suite, settings, opponents, results).print(out);
            fine &= results.stream().allMatch(round -> round.problem().isEmpty());
            results.forEach(round -> jsonRounds.add(RoundJson.of(suite, settings, round)));
        }
        writeJson(jsonRounds);
        return fine ? ExitCode.FINE : ExitCode.FAILED;
    }

    private void check(List<Suite> suites) {
        if (rounds < 1) {
            throw usage("--rounds " + rounds + " is less than 1");
        }
        if (queues < 1 || queues > MOST_QUEUES) {
            throw usage("--queues " + queues + "; choose 1 to " + MOST_QUEUES);
        }
        if (has(suites, Family.AF_XDP) && (size < SMALLEST_FRAME || size > FrameTemplate.MAX_LENGTH)) {
            throw usage("--size " + size + "; choose " + SMALLEST_FRAME + " to " + FrameTemplate.MAX_LENGTH);
        }
        if (has(suites, Family.UDP) && (size < 1 || size > LARGEST_DATAGRAM)) {
            throw usage("--size " + size + "; choose 1 to " + LARGEST_DATAGRAM);
        }
        if (has(suites, Family.AF_XDP) && wait) {
            throw usage("--wait goes with the udp and tcp suites; leave it out for the afxdp ones");
        }
        if (has(suites, Family.TCP) && !rate.flatOut()) {
            throw usage("--rate goes with the afxdp and udp suites; the tcp ones send when a message has come back");
        }
    }

    private static boolean has(List<Suite> suites, Family family) {
        return suites.stream().anyMatch(suite -> suite.family() == family);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private List<Suite> suites() {
        return suiteNames.stream().flatMap(name -> {
            List<Suite> named = Suite.named(name);
            if (named.isEmpty()) {
                throw usage("'" + name + "' is no suite; there are " + String.join(", ",
                    Stream.of(Suite.values()).map(Suite::toString).toList()) + ", tcp-echo and all");
            }
            return named.stream();
        }).distinct().toList();
    }

    private Map<Family, List<Contender>> contenders(List<Suite> suites, Path harness) throws IOException {
        Map<Family, List<Contender>> result = new LinkedHashMap<>();
        for (Family family : suites.stream().map(Suite::family).distinct().toList()) {
            Contenders all = new Contenders(family, harness);
            try {
                result.put(family, chosen == null ? ready(all) : all.of(chosen));
            } catch (IllegalArgumentException e) {
                throw usage("--contenders: " + e.getMessage());
            }
        }
        return result;
    }

    /** Who was not asked for by name may be missing. */
    private List<Contender> ready(Contenders all) throws IOException {
        List<Contender> ready = new ArrayList<>();
        for (Contender contender : all.of(all.usual())) {
            try {
                contender.prepare();
                ready.add(contender);
            } catch (HostException e) {
                spec.commandLine().getErr().println("  " + contender.name() + " is left out: " + e.getMessage());
            }
        }
        return ready;
    }

    /** Of the source tree, where the peers are: the launcher says where. */
    private static Path harness() {
        String root = System.getenv("MILLRACE_HOME");
        if (root == null) {
            throw CommandFailure.usage("MILLRACE_HOME is not set; start with harness/millrace, which sets it");
        }
        return Path.of(root, "harness");
    }

    private String title(Suite suite, Settings settings) {
        String traffic = switch (suite.family()) {
            case AF_XDP -> size + " B, native attach, copy mode, rate " + rate;
            case UDP -> size + " B of payload, rate " + rate;
            case TCP -> suite.messageLength() + " B, " + suite.connections() + (suite.connections() == 1
                ? " connection" : " connections");
        };
        return String.format(Locale.ROOT, "%s: %s; %s, %s, receiver on CPU %d, %s on CPU %d, %d turns of %d ms each",
            suite, suite.work(), traffic, settings.mode(), receiverCpu,
            suite.family() == Family.TCP ? "client" : "generator", generatorCpu, rounds, settings.durationMs());
    }

    private void tell(Suite suite, Round round) {
        PrintWriter err = spec.commandLine().getErr();
        String rates = suite.family() == Family.TCP
            ? String.format(Locale.ROOT, "%.1f thousand/s, p50 %.1f us", round.perSecond() / KILO,
                round.latency().p50Ns() / KILO)
            : String.format(Locale.ROOT, "%.3f million/s of %.3f offered", round.perSecond() / MEGA,
                round.rates().offered() / MEGA);
        err.printf(Locale.ROOT, "  %-15s %s; waited for its CPU %.0f %%%s%s%n", round.contender(), rates,
            100 * round.waited(), round.disturbed() ? ", disturbed" : "",
            round.problem().isEmpty() ? "" : "; NOT ACCOUNTED FOR: " + round.problem());
        err.flush();
    }

    private void writeJson(List<Map<String, Object>> jsonRounds) {
        if (json != null) {
            StatisticsJson.writeMap(Map.of("version", 1, "rounds", jsonRounds), json);
        }
    }
}
