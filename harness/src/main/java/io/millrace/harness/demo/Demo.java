package io.millrace.harness.demo;

import io.millrace.harness.traffic.EchoDriver;
import io.millrace.harness.traffic.EchoReport;
import io.millrace.harness.traffic.TrafficPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The whole demonstration, from nothing to the result. {@link #run} once, on one thread; {@link #stop} from any thread
 * ends the traffic early, with a result all the same.
 */
public final class Demo {
    private static final String CONFIG = "demo.conf";
    private static final String JSON = "run.json";
    private static final List<String> ARGUMENTS = List.of(CONFIG, "--json", JSON, "--stop-at-end-of-input");
    private static final int INDENT = 4;
    private static final long START_TIMEOUT_MS = 60_000;
    private static final long STOP_TIMEOUT_MS = 15_000;

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
     * What this process lacks for a demo of AF_XDP, in a line that says what that would add.
     *
     * @param command what to type after sudo
     * @return null if it lacks nothing
     */
    public static String whatPrivilegesAdd(String command) {
        return Privileges.whatTheyAdd(command);
    }

    /**
     * Checks that it lacks nothing for that.
     *
     * @param command what to type after sudo
     * @throws io.millrace.engine.HostException naming what is missing
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
     * @throws io.millrace.engine.HostException   if the host lacks something
     */
    public DemoResult run() {
        Placement cpus = Placement.on(Cpus.allowed());
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-demo-");
            DemoScene scene = scene(cpus)) {
            introduce(scene, folder.path());
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

    private void introduce(DemoScene scene, Path folder) {
        scene.introduce(out);
        out.println("\nThe engine's config, " + CONFIG + " in " + folder + ":\n");
        out.print(scene.config().indent(INDENT));
        out.println("\n$ millrace run " + String.join(" ", ARGUMENTS));
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
            out.printf(Locale.ROOT, "The engine runs after %s. Sending %s for %s:%n%n", Figures.seconds(tookNs),
                pace(opened, scene.messages()), Figures.seconds(settings.duration().toNanos()));
            TrafficPlan plan = new TrafficPlan(0, settings.messagesPerSecond(), settings.duration().toNanos());
            scene.begin();
            CpuWaits waits = new DriverRun(opened, engine, cpus.driver(), log).run(plan, out);
            scene.end();
            engine.stop(STOP_TIMEOUT_MS);
            EchoReport traffic = opened.report(); // now that nothing can come any more
            if (stopped && traffic.counts().sent() == 0) {
                return null;
            }
            EngineResult result = EngineResult.read(folder.resolve(JSON));
            return new DemoResult(result, traffic, scene.findings(traffic, result), waits);
        } finally {
            driver = null;
        }
    }

    private String pace(EchoDriver opened, String messages) {
        String bound = "at most " + Figures.count(opened.window());
        if (settings.flatOut()) {
            return "flat out, " + bound + " " + messages + " on their way,";
        }
        String rate = Figures.count(Math.round(settings.messagesPerSecond())) + " " + messages;
        return opened.alwaysWindowed() ? rate + "/s, " + bound + " on their way," : rate + " a second";
    }
}
