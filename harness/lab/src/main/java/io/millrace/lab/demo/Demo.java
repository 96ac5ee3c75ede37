package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.TrafficPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The whole demonstration, from nothing to the result. {@link #run} once, on one thread; {@link #stop} from any thread
 * ends the traffic early, with a result all the same.
 */
public final class Demo {
    private static final String CONFIG = "demo.conf";
    private static final String JSON = "run.json";
    private static final List<String> ARGUMENTS =
            List.of(CONFIG, "--json", JSON, "--stop-at-end-of-input", "--json-lines", "--interval", "500ms");
    /** The number of findings shown on a line. */
    private static final int ARGUMENTS_SHOWN = 4;

    private static final int INDENT = 4;
    private static final long START_TIMEOUT_MS = 60_000;
    private static final long STOP_TIMEOUT_MS = 15_000;
    private static final long TELL_TIMEOUT_MS = 20_000;
    /** The longest warm-up; it is also not longer than the counted run. */
    private static final long LONGEST_WARM_UP_NS = TimeUnit.SECONDS.toNanos(8);

    private static final long LONGEST_REST_NS = TimeUnit.SECONDS.toNanos(20);

    private final DemoSettings settings;
    private final String mainClass;
    private final PrintStream out;
    private final PrintStream log;
    private volatile EchoDriver driver;
    private volatile boolean stopped;

    /**
     * @param mainClass the command line's, which the engine's process starts
     * @param out       where it is shown
     * @param log       where the engine's warnings go
     */
    public Demo(DemoSettings settings, String mainClass, PrintStream out, PrintStream log) {
        this.settings = settings;
        this.mainClass = mainClass;
        this.out = out;
        this.log = log;
    }

    /**
     * Says in a line what this process lacks for a demo of AF_XDP, and what that demo would show.
     *
     * @param command what to type after sudo
     * @return null if it lacks nothing
     */
    public static String whatPrivilegesAdd(String command) {
        return Privileges.whatTheyAdd(command);
    }

    /**
     * Checks that this process lacks nothing for a demo of AF_XDP.
     *
     * @param command what to type after sudo
     * @throws io.millrace.HostException naming what is missing
     */
    public static void requirePrivileges(String command) {
        Privileges.require(command);
    }

    /** Ends the traffic soon. */
    public void stop() {
        stopped = true;
        EchoDriver running = driver;
        if (running != null) {
            running.stop();
        }
    }

    /**
     * Runs it.
     *
     * @return the result, or null if it was stopped before there was traffic
     * @throws EngineEndedException               if the engine's process failed
     * @throws io.millrace.HostException   if the host lacks something
     */
    public DemoResult run() {
        Placement cpus = Placement.on(Cpus.allowed());
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-demo-");
                DemoScene scene = scene(cpus)) {
            introduce(scene);
            Files.writeString(folder.path().resolve(CONFIG), scene.config());
            return stopped ? null : run(scene, cpus, folder.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DemoScene scene(Placement cpus) {
        return switch (settings.port()) {
            case AF_XDP -> XdpScene.create(cpus);
            case UDP -> new UdpScene(cpus);
            case TCP -> new TcpScene(cpus);
        };
    }

    private void introduce(DemoScene scene) {
        scene.introduce(out);
        out.println("\nThe engine's config, " + CONFIG + ":\n");
        out.print(scene.config().indent(INDENT));
        out.println("\n$ millrace run " + String.join(" ", ARGUMENTS.subList(0, ARGUMENTS_SHOWN)) + " \\\n    "
                + String.join(" ", ARGUMENTS.subList(ARGUMENTS_SHOWN, ARGUMENTS.size())));
    }

    private DemoResult run(DemoScene scene, Placement cpus, Path folder) {
        long startNs = System.nanoTime();
        try (EngineProcess engine = EngineProcess.start(scene::start, mainClass, folder, ARGUMENTS, log)) {
            if (!engine.awaitRunning(START_TIMEOUT_MS, () -> stopped)) {
                return null;
            }
            return drive(scene, engine, System.nanoTime() - startNs, cpus, folder);
        }
    }

    private DemoResult drive(DemoScene scene, EngineProcess engine, long tookNs, Placement cpus, Path folder) {
        try (EchoDriver opened = new EchoDriver(scene.open())) {
            driver = opened;
            if (stopped) {
                opened.stop();
            }
            DriverRun run = new DriverRun(opened, engine, cpus.driver(), log);
            out.printf(
                    Locale.ROOT,
                    "The engine runs after %s. Both JVMs warm up, which is not counted ...%n",
                    Figures.seconds(tookNs));
            TrafficPlan plan = new TrafficPlan(
                    0, settings.messagesPerSecond(), settings.duration().toNanos());
            scene.rehearse();
            scene.mark();
            EngineResult first = engine.statisticsAfter(System.nanoTime(), TELL_TIMEOUT_MS);
            WarmUp warmUp = run.warmUp(plan.framesPerSecond(), Math.min(LONGEST_WARM_UP_NS, plan.durationNs()));
            EngineResult before = awaitRest(scene, engine, first, opened::settle);
            scene.mark();
            scene.begin();
            out.printf(
                    Locale.ROOT,
                    "Warm after %s. Sending %s for %s:%n%n",
                    Figures.seconds(warmUp.durationNs()),
                    pace(opened, scene.messages()),
                    Figures.seconds(plan.durationNs()));
            CpuWaits waits = run.run(plan, out);
            awaitRest(scene, engine, before, opened::settledCounts);
            scene.end();
            engine.stop(STOP_TIMEOUT_MS);
            EchoReport traffic = opened.report(); // made after the point at which anything can still come
            if (stopped && traffic.counts().sent() == 0) {
                return null;
            }
            EngineResult result = EngineResult.read(folder.resolve(JSON)).since(before);
            return new DemoResult(result, traffic, scene.findings(traffic, result), waits, warmUp);
        } finally {
            driver = null;
        }
    }

    /**
     * Waits until nothing is on its way any more, which is when all that was sent is in some counter; on a machine that
     * is busy with other things this takes longer than the driver waits for an echo. Gives up after a while.
     *
     * @param since  what the engine had counted before
     * @param counts waits for stragglers, and returns what became of everything sent since then
     * @return what the engine has counted by then
     */
    private EngineResult awaitRest(
            DemoScene scene, EngineProcess engine, EngineResult since, Supplier<EchoCounts> counts) {
        long startNs = System.nanoTime();
        while (true) {
            counts.get();
            EngineResult told = engine.statisticsAfter(System.nanoTime(), TELL_TIMEOUT_MS);
            if (scene.account(counts.get(), told.since(since)).balanced()
                    || System.nanoTime() - startNs > LONGEST_REST_NS) {
                return told;
            }
        }
    }

    private String pace(EchoDriver opened, String messages) {
        String bound = "at most " + Figures.count(opened.window());
        if (settings.flatOut()) {
            return "flat out, " + bound + " " + messages + " at once,";
        }
        String rate = Figures.count(Math.round(settings.messagesPerSecond())) + " " + messages;
        return rate + (opened.alwaysWindowed() ? "/s, " + bound + " at once," : " a second");
    }
}
