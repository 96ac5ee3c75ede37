package io.millrace.harness.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the scheduler says of some threads: how long they ran, and how long they were ready to run while their CPU was
 * someone else's. The latter tells whether a measurement had its CPU to itself.
 *
 * @param runNs  time on a CPU
 * @param waitNs time ready, but off it
 */
record CpuUse(long runNs, long waitNs) {
    /** Of all threads of a process. */
    static CpuUse ofProcess(long pid) throws IOException {
        long runNs = 0;
        long waitNs = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                CpuUse use = read(thread);
                runNs += use.runNs;
                waitNs += use.waitNs;
            }
        } catch (NoSuchFileException e) {
            // It has ended.
        }
        return new CpuUse(runNs, waitNs);
    }

    /** Of one thread of this process. */
    static CpuUse ofThread(int threadId) throws IOException {
        return read(Path.of("/proc/self/task/" + threadId));
    }

    private static CpuUse read(Path thread) throws IOException {
        try {
            String[] fields = Files.readString(thread.resolve("schedstat")).split(" ");
            return new CpuUse(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
        } catch (NoSuchFileException e) { // the thread has ended, or the kernel keeps no such statistics
            return new CpuUse(0, 0);
        }
    }

    CpuUse since(CpuUse before) {
        return new CpuUse(Math.max(0, runNs - before.runNs), Math.max(0, waitNs - before.waitNs));
    }
}
