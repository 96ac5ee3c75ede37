package io.millrace.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How busy the compilers of a JVM are, from {@code /proc/PID/task/TID/schedstat}: what their threads ran, and what they
 * were ready to run and had no CPU. A JVM whose compilers rest has compiled what it runs.
 */
final class CompilerWork {
    /** The beginning of the threads' names, as the kernel only keeps 15 characters. */
    private static final List<String> NAMES = List.of("C1 CompilerThre", "C2 CompilerThre");

    private static final int RAN_NS_COLUMN = 0;
    private static final int WAITED_NS_COLUMN = 1;

    private final Path tasks;
    private long lastNs = System.nanoTime();
    private long lastWorkNs;

    CompilerWork(long pid) {
        tasks = Path.of("/proc/" + pid + "/task");
        lastWorkNs = workNs();
    }

    /** Returns the share of one CPU's time since the last call; 0 if the kernel does not tell it. */
    double share() {
        long nowNs = System.nanoTime();
        long workNs = workNs();
        double share =
                Math.max(0, (double) (workNs - lastWorkNs) / Math.max(1, nowNs - lastNs)); // threads may have ended
        lastNs = nowNs;
        lastWorkNs = workNs;
        return share;
    }

    private long workNs() {
        try (Stream<Path> all = Files.list(tasks)) {
            return all.mapToLong(CompilerWork::workNs).sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static long workNs(Path task) {
        try {
            if (!NAMES.contains(Files.readString(task.resolve("comm")).strip())) {
                return 0;
            }
            String[] columns =
                    Files.readString(task.resolve("schedstat")).strip().split(" ");
            return Long.parseLong(columns[RAN_NS_COLUMN]) + Long.parseLong(columns[WAITED_NS_COLUMN]);
        } catch (IOException e) {
            return 0; // the thread has ended, or the kernel keeps no such statistics
        }
    }
}
