package io.millrace.lab.bench;

import io.millrace.bindings.Libc;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the distance between two CPUs: two spinning threads send a cache line there and back. They take their CPUs
 * by a real-time priority for less than a millisecond, so measure before and after a measured time, not during it.
 *
 * <p>For one thread at a time. Needs root.
 */
final class CpuDistanceMeter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CpuDistanceMeter.class);
    private static final int BLOCKS = 10;
    private static final int TRIPS = 50;
    /** The rounds until both loops are compiled. */
    private static final int WARM_UPS = 50;
    /** Some tens of milliseconds, in case the host has taken a CPU away. */
    private static final int PATIENCE = 50_000_000;

    private static final int THERE = 16;
    /** Two pairs of cache lines further on. */
    private static final int BACK = 48;

    private static final int LINES = 64;

    private final AtomicLongArray lines = new AtomicLongArray(LINES);
    private final ExecutorService near = executor();
    private final ExecutorService far = executor();
    private final boolean works;
    private long trips;

    /**
     * Makes a meter for two CPUs. The distance is unknown if both are the same, or without the privilege of real-time
     * priorities.
     */
    CpuDistanceMeter(int one, int other) throws IOException, InterruptedException {
        try {
            works = one != other && takes(near, one) && takes(far, other);
            for (int i = 0; i < WARM_UPS; i++) {
                measureNs();
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static ExecutorService executor() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("bench-distance").daemon(true).factory());
    }

    private static boolean takes(ExecutorService thread, int cpu) throws IOException, InterruptedException {
        int id = result(thread.submit(() -> {
            Libc.pinCurrentThread(cpu);
            return Libc.gettid();
        }));
        Program.Outcome outcome =
                Program.of("chrt", "--fifo", "--pid", "1", Integer.toString(id)).run();
        if (!outcome.isFine()) {
            LOG.warn(
                    "how far CPUs are apart is not measured: a real-time priority takes CAP_SYS_NICE ({})",
                    outcome.lastWords());
            return false;
        }
        return true;
    }

    /** Returns nanoseconds there and back, of the best of some tries; {@link Double#NaN} if a CPU could not be had. */
    double measureNs() throws IOException, InterruptedException {
        if (!works) {
            return Double.NaN;
        }
        long first = trips;
        trips += BLOCKS * TRIPS;
        // One thread starts the other: the caller may be on the CPU of either, and would not get to start the second.
        return result(near.submit(() -> {
            Future<Boolean> echo = far.submit(() -> echo(first));
            double ns = trips(first);
            return echo.get() ? ns : Double.NaN;
        }));
    }

    private double trips(long first) {
        double best = Double.NaN;
        for (int i = 0; i < BLOCKS; i++) {
            long startNs = System.nanoTime();
            for (int j = 1; j <= TRIPS; j++) {
                long trip = first + (long) i * TRIPS + j;
                lines.setRelease(THERE, trip);
                if (!await(BACK, trip)) {
                    return Double.NaN;
                }
            }
            double ns = (System.nanoTime() - startNs) / (double) TRIPS;
            best = best < ns ? best : ns;
        }
        return best;
    }

    private boolean echo(long first) {
        for (long trip = first + 1; trip <= first + BLOCKS * TRIPS; trip++) {
            if (!await(THERE, trip)) {
                return false;
            }
            lines.setRelease(BACK, trip);
        }
        return true;
    }

    private boolean await(int line, long trip) {
        for (int i = 0; i < PATIENCE; i++) {
            if (lines.getAcquire(line) == trip) {
                return true;
            }
        }
        return false;
    }

    private static <T> T result(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "can't tell how far CPUs are apart: " + e.getCause().getMessage(), e);
        }
    }

    @Override
    public void close() {
        near.shutdown();
        far.shutdown();
    }
}
