package io.millrace.harness.demo;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.harness.net.VethPair;
import io.millrace.harness.traffic.EchoDriver;
import io.millrace.harness.traffic.EchoReport;
import io.millrace.harness.traffic.FrameTemplate;
import io.millrace.harness.traffic.TrafficPlan;
import io.millrace.xdp.AcceptRule;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The whole demonstration, from an empty network to the result. {@link #run} once, on one thread; {@link #stop} from
 * any thread ends the traffic early, with a result all the same.
 */
public final class Demo {
    private static final String CONFIG = "demo.conf";
    private static final String JSON = "run.json";
    private static final List<String> ARGUMENTS = List.of(CONFIG, "--json", JSON, "--stop-at-end-of-input");
    private static final int INDENT = 4;
    private static final String DRIVER_THREAD = "driver";
    private static final String POLLER_THREAD = "mr-poller";
    private static final int FRAME_LENGTH = 128;
    private static final int DRIVER_PORT = 5_000;
    private static final long START_TIMEOUT_MS = 60_000;
    private static final long STOP_TIMEOUT_MS = 15_000;
    private static final long LONGEST_WARM_UP_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long WARM_UP_SHARE = 4;

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
     * Checks that this process may do it.
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
        List<Integer> cpus = Cpus.allowed();
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-demo-");
            DemoNetwork network = DemoNetwork.create()) {
            String config = DemoConfig.text(network.engine().interfaceName(), cpus);
            introduce(network, config, cpus, folder.path());
            Files.writeString(folder.path().resolve(CONFIG), config);
            return stopped ? null : run(network, cpus, folder.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void introduce(DemoNetwork network, String config, List<Integer> cpus, Path folder) {
        VethPair.End left = network.driver();
        VethPair.End right = network.engine();
        String columns = "  %-25s%-10s %-20s %-10s %s%n";
        out.println("Two network namespaces joined by a veth pair, there for this demo only:\n");
        out.printf(columns, "traffic driver, CPU " + driverCpu(cpus), left.interfaceName(), "<==================>",
            right.interfaceName(), "engine, CPU " + cpus.getFirst());
        out.printf(columns, "checks every echo", left.ipv4(), "", right.ipv4(), "sends every datagram back");
        out.println("\nThe engine's config, demo.conf in " + folder + ":\n");
        out.print(config.indent(INDENT));
        out.println("\n$ millrace run " + String.join(" ", ARGUMENTS));
    }

    private static int driverCpu(List<Integer> cpus) {
        return cpus.get(Math.min(1, cpus.size() - 1));
    }

    private DemoResult run(DemoNetwork network, List<Integer> cpus, Path folder) {
        long startNs = System.nanoTime();
        try (EngineProcess engine = EngineProcess.start(network.engine().namespace(), mainClass, folder, ARGUMENTS,
                log);
            KernelNeighbour neighbour = KernelNeighbour.open(network.driver(), network.engine());
            EchoDriver opened = openDriver(network)) {
            driver = opened;
            if (!engine.awaitRunning(START_TIMEOUT_MS, () -> stopped)) {
                return null;
            }
            out.printf(Locale.ROOT, "The engine runs after %s. Sending %s for %s:%n%n",
                Figures.seconds(System.nanoTime() - startNs), pace(), Figures.seconds(settings.duration().toNanos()));
            neighbour.start();
            double[] waits = drive(opened, engine, driverCpu(cpus));
            KernelNeighbour.Result beside = neighbour.stop();
            engine.stop(STOP_TIMEOUT_MS);
            EchoReport traffic = opened.report(); // now that nothing can come any more
            EngineResult result = EngineResult.read(folder.resolve(JSON));
            Accounting accounting = Accounting.of(traffic, result, DemoNetwork.droppedBehind(network.driver()),
                DemoNetwork.droppedBehind(network.engine()));
            return new DemoResult(result, traffic, accounting, beside, FRAME_LENGTH, waits[0], waits[1]);
        } finally {
            driver = null;
        }
    }

    private String pace() {
        return settings.flatOut() ? "flat out, at most " + Figures.count(EchoDriver.WINDOW) + " frames on their way,"
            : Figures.count(Math.round(settings.framesPerSecond())) + " datagrams a second";
    }

    private static EchoDriver openDriver(DemoNetwork network) {
        VethPair.End from = network.driver();
        VethPair.End to = network.engine();
        FrameTemplate template = FrameTemplate.udp().macs(from.mac(), to.mac())
            .ips(from.ipv4Address(), to.ipv4Address()).ports(DRIVER_PORT, DemoConfig.UDP_PORT).length(FRAME_LENGTH)
            .build();
        List<AcceptRule> echoes = List.of(AcceptRule.parse("udp dst port " + DRIVER_PORT));
        return from.namespace().call(() -> EchoDriver.open(from.interfaceName(), template, echoes));
    }

    /**
     * Runs the driver on a thread of its own, and tells how it gets on; returns the shares of the time that the driver
     * and the poller waited for a CPU.
     */
    private double[] drive(EchoDriver opened, EngineProcess engine, int cpu) {
        long durationNs = settings.duration().toNanos();
        TrafficPlan plan = new TrafficPlan(0, settings.framesPerSecond(), durationNs);
        FutureTask<double[]> run = new FutureTask<>(() -> {
            pin(cpu);
            CpuWait driverWait = CpuWait.of(ProcessHandle.current().pid(), DRIVER_THREAD);
            CpuWait pollerWait = CpuWait.of(engine.pid(), POLLER_THREAD);
            opened.run(plan, Math.min(LONGEST_WARM_UP_NS, durationNs / WARM_UP_SHARE));
            return new double[] {driverWait.share(), pollerWait.share()};
        });
        if (stopped) {
            opened.stop();
        }
        ProgressLines lines = new ProgressLines(opened, out);
        Thread.ofPlatform().name(DRIVER_THREAD).daemon(true).start(run);
        try {
            while (!isDone(run, lines.untilNextNs())) {
                lines.next();
                engine.requireAlive();
            }
            out.println();
            return run.resultNow();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            opened.stop();
            awaitEnd(run);
        }
    }

    private static boolean isDone(FutureTask<double[]> run, long waitNs) throws ExecutionException {
        try {
            run.get(waitNs, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while traffic flows", e);
        }
    }

    /** The driver's memory must not go away under it. */
    private static void awaitEnd(FutureTask<double[]> run) {
        try {
            isDone(run, TimeUnit.SECONDS.toNanos(10));
        } catch (ExecutionException e) {
            // Thrown already.
        }
    }

    private void pin(int cpu) {
        try {
            Libc.pinCurrentThread(cpu);
        } catch (SystemCallException e) {
            log.println("millrace: the driver can't be pinned to CPU " + cpu + " (" + e.getMessage()
                + "); it runs where the scheduler puts it");
        }
    }
}
