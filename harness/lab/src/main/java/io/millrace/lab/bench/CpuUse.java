package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the scheduler says about some threads: how long they ran, and how long they were ready to run while something
 * else had their CPU. The latter tells whether a measurement had its CPU to itself.
 *
 * @param runNs       time on a CPU
 * @param waitNs      time ready to run, but not on a CPU
 * @param userTicks   the part of the run time in the program itself, in the kernel's coarse unit
 * @param kernelTicks the part in system calls and interrupts
 */
record CpuUse(long runNs, long waitNs, long userTicks, long kernelTicks) {
    /** Columns of {@code /proc/PID/stat} after the name, which may hold spaces itself. */
    private static final int USER_COLUMN = 11;

    private static final int KERNEL_COLUMN = 12;
    /** The error message when a file of {@code /proc} is read after its process has ended (ESRCH). */
    private static final String NO_SUCH_PROCESS = "No such process";

    /** The use of all threads of a process. */
    static CpuUse ofProcess(long pid) throws IOException {
        Path folder = Path.of("/proc/" + pid);
        CpuUse sum = new CpuUse(0, 0, 0, 0);
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(folder.resolve("task"))) {
            for (Path thread : threads) {
                CpuUse use = read(thread);
                sum = new CpuUse(sum.runNs + use.runNs, sum.waitNs + use.waitNs, 0, 0);
            }
            String stat = Files.readString(folder.resolve("stat"));
            String[] columns = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new CpuUse(
                    sum.runNs,
                    sum.waitNs,
                    Long.parseLong(columns[USER_COLUMN]),
                    Long.parseLong(columns[KERNEL_COLUMN]));
        } catch (IOException e) {
            return ended(e, sum);
        }
    }

    /** The use of one thread of this process. */
    static CpuUse ofThread(int threadId) throws IOException {
        return read(Path.of("/proc/self/task/" + threadId));
    }

    private static CpuUse read(Path thread) throws IOException {
        try {
            String[] fields = Files.readString(thread.resolve("schedstat")).split(" ");
            return new CpuUse(Long.parseLong(fields[0]), Long.parseLong(fields[1]), 0, 0);
        } catch (IOException e) {
            return ended(e, new CpuUse(0, 0, 0, 0));
        }
    }

    /** The thread or process may have ended, or the kernel keeps no such statistics. */
    private static CpuUse ended(IOException reason, CpuUse soFar) throws IOException {
        if (reason instanceof NoSuchFileException
                || String.valueOf(reason.getMessage()).contains(NO_SUCH_PROCESS)) {
            return soFar;
        }
        throw reason;
    }

    CpuUse since(CpuUse before) {
        return new CpuUse(
                Math.max(0, runNs - before.runNs),
                Math.max(0, waitNs - before.waitNs),
                Math.max(0, userTicks - before.userTicks),
                Math.max(0, kernelTicks - before.kernelTicks));
    }

    CpuUse withoutWait() {
        return new CpuUse(runNs, 0, userTicks, kernelTicks);
    }

    /** The share of the run time that was in the program itself, 0 to 1; {@link Double#NaN} when it is not known. */
    double userShare() {
        return (double) userTicks / (userTicks + kernelTicks);
    }

    /**
     * The share of the time that these threads, all on one CPU, waited because something else had it. Threads that wait
     * for each other do not count: while one of them runs, nothing else does.
     */
    double waited(long elapsedNs) {
        return Math.min(waitNs, Math.max(0, elapsedNs - runNs)) / (double) elapsedNs;
    }
}
