package io.millrace.harness.cli;

import io.millrace.engine.uring.UringReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what the host can do. */
@Command(name = "doctor", description = {
    "Say what this host's kernel can do for ports of sockets (udp, tcp), for this user, and what is used where it can't.",
    "Makes and ends a few io_urings; changes nothing. Exit code 3 when such ports can't be opened at all."})
final class DoctorCommand implements Callable<Integer> {
    private static final Path LIMITS = Path.of("/proc/sys/net/core");

    @Spec
    private CommandSpec spec;

    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Linux %s, Java %s%n%n", System.getProperty("os.version"), Runtime.version());
        UringReport report = UringReport.make();
        out.println("io_uring, for udp and tcp ports:");
        for (UringReport.Line line : report.lines()) {
            out.printf(Locale.ROOT, "  %-3s  %-42s %s%n", line.isThere() ? "yes" : "no", line.what(), line.meaning());
        }
        if (!report.problem().isEmpty()) {
            out.flush();
            throw CommandFailure.host(report.problem());
        }
        out.println();
        out.println("socket buffers without CAP_NET_ADMIN:");
        limit(out, "rmem_max", "receive-buffer");
        limit(out, "wmem_max", "send-buffer");
        out.flush();
        return ExitCode.FINE;
    }

    /** Read in one go: behind its first byte, procfs shows no more of a sysctl. */
    private static void limit(PrintWriter out, String name, String key) {
        try (BufferedReader file = Files.newBufferedReader(LIMITS.resolve(name))) {
            out.printf(Locale.ROOT, "  %,d bytes at most for %s (net.core.%s)%n", Long.parseLong(file.readLine()), key,
                name);
        } catch (IOException | NumberFormatException e) { // a network namespace of one's own may not show it
            out.printf("  net.core.%s can't be read here%n", name);
        }
    }
}
