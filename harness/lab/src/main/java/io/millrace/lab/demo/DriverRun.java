package io.millrace.lab.demo;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.TrafficPlan;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A driver at work on a thread of its own, on a CPU of its own if there is one. */
final class DriverRun {
    private static final String DRIVER_THREAD = "driver";
    private static final String POLLER_THREAD = "mr-poller";
    /** A warm-up is over when for two windows both JVMs have compiled less than this share of the time. */
    private static final long WARM_UP_WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int QUIET_WINDOWS = 2;
    private static final double QUIET_SHARE = 0.05;
    private static final long END_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final EchoDriver driver;
    private final EngineProcess engine;
    private final int cpu;
    private final PrintStream log;

    /** @param log where it is said if the driver can't have its CPU */
    DriverRun(EchoDriver driver, EngineProcess engine, int cpu, PrintStream log) {
        this.driver = driver;
        this.engine = engine;
        this.cpu = cpu;
        this.log = log;
    }

    /**
     * Has both JVMs compile what carries the traffic, by traffic of the same pace that nobody counts; returns when
     * their
     * compilers rest, and all of it has come back.
     *
     * @param mostNs how long at most
     */
    WarmUp warmUp(double messagesPerSecond, long mostNs) {
        long startNs = System.nanoTime();
        FutureTask<Void> run = new FutureTask<>(() -> {
            pin();
            driver.warmUp(new TrafficPlan(0, messagesPerSecond, mostNs));
            return null;
        });
        Thread.ofPlatform().name(DRIVER_THREAD).daemon(true).start(run);
        try {
            awaitRest(run);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            driver.endWarmUp();
            awaitEnd(run);
        }
        driver.latestRoundTrips(null); // those of the warm-up
        return new WarmUp(System.nanoTime() - startNs, driver.warmUpCounts());
    }

    private void awaitRest(FutureTask<Void> run) throws ExecutionException {
        List<CompilerWork> compilers =
                List.of(new CompilerWork(ProcessHandle.current().pid()), new CompilerWork(engine.pid()));
        int quiet = 0;
        while (!isDone(run, WARM_UP_WINDOW_NS)) {
            engine.requireAlive();
            double work =
                    compilers.stream().mapToDouble(CompilerWork::share).max().orElseThrow();
            quiet = work < QUIET_SHARE ? quiet + 1 : 0;
            if (quiet == QUIET_WINDOWS) {
                driver.endWarmUp();
            }
        }
    }

    /** Runs it, and tells how it gets on; returns when it has ended. */
    CpuWaits run(TrafficPlan plan, PrintStream out) {
        FutureTask<CpuWaits> run = new FutureTask<>(() -> drive(plan));
        ProgressLines lines = new ProgressLines(driver, out);
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
            driver.stop();
            awaitEnd(run);
        }
    }

    private CpuWaits drive(TrafficPlan plan) {
        pin();
        CpuWait driverWait = CpuWait.of(ProcessHandle.current().pid(), DRIVER_THREAD);
        CpuWait pollerWait = CpuWait.of(engine.pid(), POLLER_THREAD);
        driver.run(plan, 0);
        return new CpuWaits(driverWait.share(), pollerWait.share());
    }

    private void pin() {
        try {
            Libc.pinCurrentThread(cpu);
        } catch (SystemCallException e) {
            log.println("millrace: the driver can't be pinned to CPU " + cpu + " (" + e.getMessage()
                    + "); it runs where the scheduler puts it");
        }
    }

    private static boolean isDone(FutureTask<?> run, long waitNs) throws ExecutionException {
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
    private static void awaitEnd(FutureTask<?> run) {
        try {
            isDone(run, END_LIMIT_NS);
        } catch (ExecutionException e) {
            // Thrown already.
        }
    }
}
