package io.millrace.lab.command;

import io.millrace.cli.CommandFailure;
import io.millrace.cli.ExitCode;
import io.millrace.cli.OutputFile;
import io.millrace.cli.VerboseOption;
import io.millrace.cli.Version;
import io.millrace.cli.report.Json;
import io.millrace.cli.report.TextFile;
import io.millrace.lab.bench.BenchPlan;
import io.millrace.lab.bench.Family;
import io.millrace.lab.bench.Goals;
import io.millrace.lab.bench.HostFacts;
import io.millrace.lab.bench.Measurement;
import io.millrace.lab.bench.Selection;
import io.millrace.lab.bench.Settings;
import io.millrace.lab.bench.TurnLog;
import io.millrace.lab.bench.results.Change;
import io.millrace.lab.bench.results.Comparison;
import io.millrace.lab.bench.results.GoalResult;
import io.millrace.lab.bench.results.HtmlReport;
import io.millrace.lab.bench.results.Results;
import io.millrace.lab.bench.results.ResultsJson;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.traffic.FrameTemplate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the engine beside its peers. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measure the engine side by side with C programs, DPDK, Netty, the JDK and Go.",
            "All take turns at receiving the same traffic, over a veth pair between two network namespaces made for"
                    + " it. Only "
                    + "ratios of one run count, the engine's figure to the other's, on a machine that does nothing"
                    + " else. Needs root "
                    + "and two CPUs.",
            "A turn in which something else had much of the CPUs is taken again, twice at most; with --wait or a"
                    + " --rate that "
                    + "is not known.",
            "",
            "afxdp-rx: receive frames and drop them. afxdp-reflect: swap addresses and send back. afxdp-paced:"
                    + " receive and drop "
                    + "at 1.5 million frames/s, with stages on the sender's CPU, too: what is lost.",
            "udp-sink: receive datagrams and drop them. udp-echo: send datagrams back. Both flat out, or at a --rate.",
            "tcp-echo-64x1, -16kx1, -64x100, -16kx100: send messages of 64 B or 16 KiB back on 1 or 100"
                    + " connections, one in "
                    + "flight on each. tcp-echo: all four.",
            "latency: how long a datagram takes there and back, by AF_XDP and over sockets; with one in flight, and"
                    + " at shares of "
                    + "the most that comes back.",
            "scale: what a frame or message costs as the work grows: bytes, UMEM, queues, stages, accept rules,"
                    + " connections.",
            "cost: CPU time, heap, memory and pauses for the same work at a pace, everyone asleep while there is"
                    + " nothing to do.",
            "micro: what a frame costs in user space, in Java and in C: rings, hand-over to a stage, access,"
                    + " headers, checksum.",
            "goals: those of them, and of sizes, that tell whether the engine is where it is to be; all: everything."
                    + " Each run ends "
                    + "with a table of the goals that it measured.",
            "",
            "Contenders of afxdp: engine, engine-1s, engine-2s and engine-3s (stages on 1, 2, 3 threads), c, dpdk,"
                    + " af-packet. "
                    + "Of udp: engine, engine-gso, c-uring, c-uring-gso, c-mmsg, c-mmsg-gso, netty-nio, netty-epoll, "
                    + "netty-io_uring, nio, go-udp. Of tcp: engine, c-epoll, c-uring-tcp, netty-nio, netty-epoll,"
                    + " netty-io_uring, "
                    + "go-tcp.",
            "Only when named, of afxdp: engine-all (polls all --queues), engine-1r and engine-10kr (1 and 10,000"
                    + " accept rules), "
                    + "engine-late (early-drop = off), engine-small (frames = 256, for few on their way), engine-deep "
                    + "(rings.rx = 8192, for a steady load; the one of afxdp-paced), engine-forward and"
                    + " engine-forward-copy (out of "
                    + "another interface, over one UMEM and over two). Of udp and tcp: engine-zc (sends without a"
                    + " copy). Of udp: "
                    + "engine-min-wait (uring.min-wait = 500us, for --wait)."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int SMALLEST_FRAME = 50;
    /** The payload of an Ethernet packet of 1500 bytes. */
    private static final int LARGEST_DATAGRAM = 1472;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SUITE",
            arity = "0..*",
            defaultValue = "afxdp-rx,afxdp-reflect",
            split = ",",
            description = "Which to run (default: ${DEFAULT-VALUE}).")
    private List<String> suiteNames;

    @Option(
            names = "--contenders",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Who takes part (default: all that can be built here); a name twice shows the spread that ratios "
                            + "have by nature.")
    private List<String> chosen;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            split = ",",
            converter = SizeConverter.class,
            description = "Bytes of a frame, or of a datagram's payload; several for a table each (default: 64, of"
                    + " afxdp also "
                    + "1500). afxdp and udp.")
    private List<Integer> sizes;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write report.html, a page of its own with a plot of every "
                    + "figure, and results.json to this folder, as each suite ends.")
    private Path folder;

    @Option(
            names = "--compare",
            paramLabel = "OLD.json",
            description = "Say what changed since the results.json of an "
                    + "older run, and which changes are larger than the noise.")
    private Path older;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round to this file.")
    private Path json;

    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Results before = older == null ? null : older();
        Selection suites = suites();
        check(suites);
        OutputFile.require("--json", json);
        OutputFile.requireFolder("--out", folder);
        Settings settings = options.settings();
        PrintWriter err = spec.commandLine().getErr();
        List<String> leftOut = new ArrayList<>();
        BenchPlan plan = new BenchPlan(lab(), options.isQuick(), chosen, sizes, line -> {
            err.println("  " + line);
            leftOut.add(line);
        });
        List<Measurement> measurements = measurements(plan, suites, settings);
        TurnLog log = new TurnLog(err, measurements);
        PrintWriter out = spec.commandLine().getOut();
        String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Map<String, String> host = folder == null ? Map.of() : HostFacts.read(new Version().getVersion()[0], leftOut);
        List<Section> sections = new ArrayList<>();
        boolean fine = true;
        for (Measurement measurement : measurements) {
            out.println(measurement.title());
            out.flush();
            log.begin(measurement);
            Measurement.Outcome outcome = measurement.run(log);
            outcome.section().print(out);
            sections.add(outcome.section());
            fine &= outcome.fine();
            save(results(started, host, sections), before);
        }
        Results results = results(started, host, sections);
        tellGoals(results, out);
        tellChanges(before, results, out);
        return fine ? ExitCode.FINE : ExitCode.FAILED;
    }

    private Results results(String started, Map<String, String> host, List<Section> sections) {
        return new Results(started, command(), host, sections, Goals.in(sections));
    }

    private Results older() {
        try {
            return ResultsJson.read(older);
        } catch (IOException e) {
            throw CommandFailure.usage("--compare: can't use " + older + " (" + e.getMessage()
                    + "); name the results.json of a run with --out");
        }
    }

    private Selection suites() {
        try {
            return Selection.of(suiteNames);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    private static List<Measurement> measurements(BenchPlan plan, Selection suites, Settings settings)
            throws IOException {
        try {
            return plan.measurements(suites, settings);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--contenders: " + e.getMessage());
        }
    }

    private void check(Selection suites) {
        if (suites.has(Family.AF_XDP) && !areWithin(SMALLEST_FRAME, FrameTemplate.MAX_LENGTH)) {
            throw CommandFailure.usage(
                    "--size " + sizes + "; choose " + SMALLEST_FRAME + " to " + FrameTemplate.MAX_LENGTH);
        }
        if (suites.has(Family.UDP) && !areWithin(1, LARGEST_DATAGRAM)) {
            throw CommandFailure.usage("--size " + sizes + "; choose 1 to " + LARGEST_DATAGRAM);
        }
        if (suites.has(Family.AF_XDP) && options.isWaiting()) {
            throw CommandFailure.usage("--wait goes with the udp and tcp suites; leave it out for the afxdp ones");
        }
        if (suites.has(Family.TCP) && !options.isFlatOut()) {
            throw CommandFailure.usage(
                    "--rate goes with the afxdp and udp suites; the tcp ones send when a message has come back");
        }
    }

    private boolean areWithin(int least, int most) {
        return sizes == null || sizes.stream().allMatch(size -> size >= least && size <= most);
    }

    /** The lab's folder in the source tree, where the peers are; the launcher names it. */
    private static Path lab() {
        String root = System.getenv("MILLRACE_HOME");
        if (root == null) {
            throw CommandFailure.usage("MILLRACE_HOME is not set; start with harness/millrace, which sets it");
        }
        return Path.of(root, "harness", "lab");
    }

    private String command() {
        return "harness/millrace "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    /** Writes the results as each suite ends, so that they are not lost if a long run breaks off. */
    private void save(Results results, Results before) {
        if (json != null) {
            List<Map<String, Object>> rounds = results.sections().stream()
                    .flatMap(section -> section.rounds().stream())
                    .toList();
            TextFile.write(Json.text(Map.of("version", 1, "rounds", rounds)), json);
        }
        if (folder != null) {
            ResultsJson.write(results, folder.resolve("results.json"));
            List<Change> changes = before == null ? List.of() : Comparison.of(before, results);
            HtmlReport.write(results, changes, folder.resolve("report.html"));
        }
    }

    private void tellGoals(Results results, PrintWriter out) {
        List<GoalResult> measured =
                results.goals().stream().filter(GoalResult::isMeasured).toList();
        if (!measured.isEmpty()) {
            out.println("goals; of several peers the one counts that the engine fares worst with"
                    + (options.isQuick() ? "; of short single turns, no figures to quote" : ""));
            GoalResult.table(measured).print(out);
            if (measured.size() < results.goals().size()) {
                out.println("  " + (results.goals().size() - measured.size())
                        + " more were not measured; 'bench goals' does that");
            }
            out.flush();
        }
    }

    private void tellChanges(Results before, Results now, PrintWriter out) {
        if (before != null) {
            out.println("against the run of " + before.started() + ". " + Comparison.RULE);
            Comparison.table(Comparison.of(before, now)).print(out);
        }
        if (folder != null) {
            out.println("report: " + folder.resolve("report.html"));
        }
        out.flush();
    }
}
