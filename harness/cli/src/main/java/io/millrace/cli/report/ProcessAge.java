package io.millrace.cli.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How long ago this process and the JVM in it started. A shell that became the JVM by {@code exec} counts: the process
 * is older by the time that the shell took.
 *
 * @param processNs the age of the process, exact to some 20 ms, because the kernel tells it in ticks of 10 ms (proc(5):
 *                  {@code starttime} of {@code /proc/PID/stat}, {@code /proc/uptime}); the same as {@code jvmNs} if the
 *                  kernel does not tell it
 * @param jvmNs     the age of the JVM, exact to a millisecond, from the moment when its library had been loaded
 */
public record ProcessAge(long processNs, long jvmNs) {
    /** The index of the 22nd field, counted from the third, which follows the command's name in brackets. */
    private static final int START_TIME = 22 - 3;
    /** {@code USER_HZ}, which is the same on all architectures that have a JDK. */
    private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1) / 100;

    /** Returns the current ages. */
    public static ProcessAge now() {
        long jvmNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime());
        return new ProcessAge(Math.max(jvmNs, fromProcNs()), jvmNs);
    }

    /** Returns 0 if /proc can't be read; no run should fail because of that. */
    private static long fromProcNs() {
        try {
            return uptimeNs(Files.readString(Path.of("/proc/uptime")))
                    - startNs(Files.readString(Path.of("/proc/self/stat")));
        } catch (IOException e) {
            return 0;
        }
    }

    /** @param uptime {@code /proc/uptime}: seconds since the boot, and idle ones */
    static long uptimeNs(String uptime) {
        return new BigDecimal(uptime.substring(0, uptime.indexOf(' ')))
                .movePointRight(9)
                .longValueExact();
    }

    /** @param stat {@code /proc/PID/stat} */
    static long startNs(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_TIME]) * TICK_NS;
    }
}
