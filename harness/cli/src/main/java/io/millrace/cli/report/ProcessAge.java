package io.millrace.cli.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How long ago this process, and the JVM in it, started. A shell that became the JVM by {@code exec} counts: the
 * process is older by what the shell did.
 *
 * @param processNs to some 20 ms: what the kernel tells, in ticks of 10 ms (proc(5): {@code starttime} of
 *                  {@code /proc/PID/stat}, {@code /proc/uptime}); where it tells nothing, as {@code jvmNs}
 * @param jvmNs     to a millisecond; the JVM counts from when its library has been loaded
 */
public record ProcessAge(long processNs, long jvmNs) {
    /** The 22nd field, counted from the third, which follows the command's name in brackets. */
    private static final int START_TIME = 22 - 3;
    /** {@code USER_HZ}, on all architectures that the JDK is there for. */
    private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1) / 100;

    /** At the moment. */
    public static ProcessAge now() {
        long jvmNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime());
        return new ProcessAge(Math.max(jvmNs, fromProcNs()), jvmNs);
    }

    /** 0 where /proc is not to be read: no run is to fail for that. */
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
