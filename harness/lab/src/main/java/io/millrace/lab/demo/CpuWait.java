package io.millrace.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures how long a thread was ready to run while other work had its CPU, which makes frames late on a busy machine
 * through no fault of the engine or the driver. It reads {@code /proc/PID/task/TID/schedstat}, and returns 0 if the
 * kernel does not have it.
 */
final class CpuWait {
    private static final int WAITED_NS_COLUMN = 1;

    private final Path schedstat;
    private final long startNs = System.nanoTime();
    private final long waitedAtStartNs;

    private CpuWait(Path schedstat) {
        this.schedstat = schedstat;
        waitedAtStartNs = waitedNs();
    }

    /** Starts to watch a thread, by the name that {@code top} shows. */
    static CpuWait of(long pid, String threadName) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            List<Path> all = tasks.toList();
            for (Path task : all) {
                if (Files.readString(task.resolve("comm")).strip().equals(threadName)) {
                    return new CpuWait(task.resolve("schedstat"));
                }
            }
        } catch (IOException e) {
            // The thread has ended meanwhile.
        }
        return new CpuWait(null);
    }

    private long waitedNs() {
        try {
            return schedstat == null
                    ? 0
                    : Long.parseLong(Files.readString(schedstat).split(" ")[WAITED_NS_COLUMN]);
        } catch (IOException e) {
            return 0;
        }
    }

    /** The share of the time since then, 0 to 1, while the thread exists. */
    double share() {
        return Math.clamp((double) (waitedNs() - waitedAtStartNs) / (System.nanoTime() - startNs), 0, 1);
    }
}
