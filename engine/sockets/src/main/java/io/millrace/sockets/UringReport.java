package io.millrace.sockets;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.HostFeature;
import io.millrace.spi.HostReport;
import io.millrace.spi.HostSection;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.EngineCounters;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What this host's io_uring can do, and what the engine uses in place of missing features. It makes and ends rings to
 * find out. Cold.
 */
final class UringReport {
    /** For all types of ports that are sockets. */
    static final Supplier<HostReport> OF_SOCKETS = UringReport::make;

    private static final Path LIMITS = Path.of("/proc/sys/net/core");
    private static final int ENTRIES = 8;
    private static final long IDLE_NS = 1_000_000;
    private static final long BUSY_POLL_NS = 1_000;

    private final List<HostFeature> lines = new ArrayList<>();
    private String problem = "";

    private UringReport() {}

    private static HostReport make() {
        UringReport report = new UringReport();
        report.modes();
        boolean isThere = report.problem.isEmpty();
        if (isThere) {
            report.features();
        }
        HostSection uring = new HostSection("io_uring, for udp and tcp ports", report.lines, List.of());
        return new HostReport(isThere ? List.of(uring, buffers()) : List.of(uring), report.problem, true);
    }

    private static HostSection buffers() {
        return new HostSection(
                "socket buffers without CAP_NET_ADMIN",
                List.of(),
                List.of(limit("rmem_max", "receive-buffer"), limit("wmem_max", "send-buffer")));
    }

    /** Reads the file in one go, because procfs shows a sysctl in a single read only. */
    private static HostSection limit(String name, String key) {
        try (BufferedReader file = Files.newBufferedReader(LIMITS.resolve(name))) {
            long bytes = Long.parseLong(file.readLine());
            return new HostSection(
                    String.format(Locale.ROOT, "%,d bytes at most for %s (net.core.%s)", bytes, key, name));
        } catch (IOException | NumberFormatException e) { // another network namespace may not show it
            return new HostSection("net.core." + name + " can't be read here");
        }
    }

    private void modes() {
        boolean found = false;
        for (TaskRun mode : TaskRun.values()) {
            boolean isThere = opens(mode);
            String use = mode == TaskRun.SUBMITTER_THREAD
                    ? "with engine.uring.sqpoll = on"
                    : found ? "not needed" : isThere ? "used" : "the next line's instead";
            found |= isThere && mode != TaskRun.SUBMITTER_THREAD;
            lines.add(new HostFeature(isThere, mode.toString(), use));
        }
        if (!found) {
            lines.clear();
        } else {
            problem = "";
        }
    }

    private boolean opens(TaskRun mode) {
        try {
            UringOpener.open(settings(mode), new EngineCounters(), List.of(mode))
                    .abandon();
            return true;
        } catch (HostException e) {
            problem = e.getMessage();
            return false;
        }
    }

    private static Settings settings(TaskRun mode) {
        return Settings.defaults(UringKeys.BLOCK, "engine")
                .with(UringKeys.SUBMISSION, ENTRIES)
                .with(UringKeys.COMPLETION, 2 * ENTRIES)
                .with(UringKeys.SQPOLL, mode == TaskRun.SUBMITTER_THREAD)
                .with(UringKeys.SQPOLL_IDLE, IDLE_NS);
    }

    private void features() {
        UringDevice device = UringOpener.open(settings(TaskRun.DEFERRED), new EngineCounters(), UringOpener.LADDER);
        try {
            UringFeatures features = device.features();
            lines.add(new HostFeature(true, "multishot receives into provided buffers", "used by udp and tcp ports"));
            lines.add(new HostFeature(
                    features.hasBundles(),
                    "receive bundles",
                    features.hasBundles()
                            ? "used by tcp ports"
                            : "a completion for each buffer instead (Linux 6.10 has them)"));
            lines.add(new HostFeature(true, "sends without a copy", "with zero-copy-above of a port"));
            boolean reports = features.zeroCopyFlags() != 0;
            lines.add(new HostFeature(
                    reports,
                    "reports of copies made all the same",
                    reports ? "counted as tx_zero_copy_copied" : "not counted (Linux 6.2 has them)"));
            boolean polls = busyPolls(device);
            lines.add(new HostFeature(
                    polls,
                    "busy polling of a ring (NAPI)",
                    polls ? "with engine.uring.busy-poll" : "busy-poll of a port instead (Linux 6.9 has it)"));
            lines.add(new HostFeature(
                    features.hasMinWait(),
                    "waking up for many completions at once",
                    features.hasMinWait()
                            ? "with engine.uring.min-wait"
                            : "a wake-up for the first instead (Linux 6.12 has it)"));
        } finally {
            device.abandon();
        }
    }

    private static boolean busyPolls(UringDevice device) {
        try {
            UringOpener.registerBusyPoll(device.uring().fd(), BUSY_POLL_NS);
            return true;
        } catch (SystemCallException e) {
            return false;
        }
    }
}
