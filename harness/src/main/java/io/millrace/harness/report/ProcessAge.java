package io.millrace.harness.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How long ago this process, and the JVM in it, started. A shell that became the JVM by {@code exec} counts: the process
 * is older by what the shell did.
 *
 * @param processNs to some 20 ms: what the kernel tells, in ticks of 10 ms (proc(5): {@code starttime} of
 *                  {@code /proc/PID/stat}, {@code /proc/uptime})
 * @param jvmNs     to a millisecond; the JVM counts from when its library has been loaded
 */
public record ProcessAge(long processNs, long jvmNs) {
    /** The 22nd field, counted from the third, which follows the command's name in brackets. */
    private static final int START_TIME = 22 - 3;
    /** {@code USER_HZ}, on all architectures that the JDK is there for. */
    private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1) / 100;

    /** At the moment. */
    public static ProcessAge now() {
        long jvmNs = TimeUnit.MILLISECONDS.toNanos(
            System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
        return new ProcessAge(Math.max(jvmNs, uptimeNs(read("/proc/uptime")) - startNs(read("/proc/self/stat"))), jvmNs);
    }

    /** @param uptime {@code /proc/uptime}: seconds since the boot, and idle ones */
    static long uptimeNs(String uptime) {
        return new BigDecimal(uptime.substring(0, uptime.indexOf(' '))).movePointRight(9).longValueExact();
    }

    /** @param stat {@code /proc/PID/stat} */
    static long startNs(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_TIME]) * TICK_NS;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + " (" + e.getMessage() + "); mount /proc", e);
        }
    }
}
