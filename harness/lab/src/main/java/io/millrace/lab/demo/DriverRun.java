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
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** Runs the driver on a thread of its own, on a CPU of its own if there is one. */
final class DriverRun {
    private static final String DRIVER_THREAD = "driver";
    private static final String POLLER_THREAD = "mr-poller";
    private static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** The number of consecutive good rounds that end the warm-up. */
    private static final int GOOD_ROUNDS = 2;
    /** In a good round neither JVM's compilers worked for more than this share of the time. */
    private static final double QUIET_SHARE = 0.05;

    private static final long END_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final EchoDriver driver;
    private final EngineProcess engine;
    private final int cpu;
    private final PrintStream log;

    /** @param log hears if the driver can't have its CPU */
    DriverRun(EchoDriver driver, EngineProcess engine, int cpu, PrintStream log) {
        this.driver = driver;
        this.engine = engine;
        this.cpu = cpu;
        this.log = log;
    }

    /**
     * Has both JVMs compile what carries the traffic, by rounds of traffic that nobody counts. Each round is what the
     * counted run will be in small: by the same code, of the same pace, with a beginning, an end and a pause. At
     * first the messages on their way are limited, so that slow code doesn't lose them. When the compilers rest, but
     * not later than after half of the time, rounds without that limit rehearse the counted run, until they lose
     * nothing and the compilers still rest.
     *
     * @param mostNs how long at most; after that the counted run begins all the same
     */
    WarmUp warmUp(double messagesPerSecond, long mostNs) {
        long startNs = System.nanoTime();
        List<CompilerWork> compilers =
                List.of(new CompilerWork(ProcessHandle.current().pid()), new CompilerWork(engine.pid()));
        Histogram roundTrips = null;
        boolean bounded = true;
        int good = 0;
        for (long leftNs = mostNs; leftNs > 0 && !driver.isStopped(); leftNs = mostNs - (System.nanoTime() - startNs)) {
            if (bounded && (good == GOOD_ROUNDS || leftNs < mostNs / 2)) {
                bounded = false;
                good = 0;
            } else if (good == GOOD_ROUNDS) {
                break;
            }
            long lostBefore = driver.warmUpCounts().lost();
            round(new TrafficPlan(0, messagesPerSecond, Math.min(ROUND_NS, leftNs)), bounded);
            // The recorder has two halves, and continues with the other one.
            roundTrips = driver.latestRoundTrips(roundTrips);
            double work =
                    compilers.stream().mapToDouble(CompilerWork::share).max().orElseThrow();
            good = work < QUIET_SHARE && driver.warmUpCounts().lost() == lostBefore ? good + 1 : 0;
        }
        return new WarmUp(System.nanoTime() - startNs, driver.warmUpCounts());
    }

    private void round(TrafficPlan plan, boolean bounded) {
        FutureTask<Void> run = new FutureTask<>(() -> {
            pin();
            driver.warmUp(plan, bounded);
            return null;
        });
        await(run, () -> ROUND_NS, () -> {});
    }

    /** Runs the driver and prints its progress; returns when it has ended. */
    CpuWaits run(TrafficPlan plan, PrintStream out) {
        FutureTask<CpuWaits> run = new FutureTask<>(() -> drive(plan));
        ProgressLines lines = new ProgressLines(driver, out);
        CpuWaits waits = await(run, lines::untilNextNs, lines::next);
        out.println();
        return waits;
    }

    /** Runs it on the driver's thread, and says {@code next} each time that so much of the time is over. */
    private <T> T await(FutureTask<T> run, LongSupplier untilNextNs, Runnable next) {
        Thread.ofPlatform().name(DRIVER_THREAD).daemon(true).start(run);
        boolean ended = false;
        try {
            while (!isDone(run, untilNextNs.getAsLong())) {
                next.run();
                engine.requireAlive();
            }
            ended = true;
            return run.resultNow();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            if (!ended) {
                driver.stop();
                awaitEnd(run);
            }
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
            // The failure has already been thrown.
        }
    }
}
