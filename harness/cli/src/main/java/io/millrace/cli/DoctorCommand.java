package io.millrace.cli;

import io.millrace.HostFeature;
import io.millrace.afxdp.AfXdpReport;
import io.millrace.afxdp.InterfaceReport;
import io.millrace.ring.MemoryRoom;
import io.millrace.sockets.UringReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Says what the host can do. */
@Command(
        name = "doctor",
        description = {
            "Say what this host can do for each type of port, for this user, and what is used where it can't.",
            "Opens a socket, loads XDP programs and makes a few io_urings, and ends them; looks at interfaces,"
                    + " attaches nothing "
                    + "to them, changes nothing.",
            "Exit code 3 when ports of the type asked for can't be opened at all; without --port, when those of"
                    + " sockets can't"
                    + " be."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final String AF_XDP = "af-xdp";
    private static final Path LIMITS = Path.of("/proc/sys/net/core");

    @Spec
    private CommandSpec spec;

    @Mixin
    private VerboseOption standard;

    @Option(
            names = "--port",
            paramLabel = "KIND",
            converter = PortTypeConverter.class,
            description = "Only what ports of this type need: af-xdp, udp or tcp.")
    private String port;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "Linux %s, Java %s%n", System.getProperty("os.version"), Runtime.version());
        memory(out);
        String problem = "";
        if (port == null || port.equals(AF_XDP)) {
            problem = afXdp(out);
        }
        if (!AF_XDP.equals(port)) {
            problem = sockets(out);
        }
        out.flush();
        if (!problem.isEmpty()) {
            throw CommandFailure.host(problem);
        }
        return ExitCode.FINE;
    }

    private static void memory(PrintWriter out) {
        MemoryRoom room = MemoryRoom.ofThisProcess();
        out.printf(
                Locale.ROOT,
                "%s leaves %,d MiB of memory for this program and the frames of its ports%n",
                room.limit(),
                room.freeBytes() >> 20);
    }

    /** Reads the type of a port. */
    static final class PortTypeConverter implements ITypeConverter<String> {
        private static final Set<String> TYPES = Set.of(AF_XDP, "udp", "tcp");

        @Override
        public String convert(String text) {
            if (!TYPES.contains(text)) {
                throw new TypeConversionException("'" + text + "' is no port type; it is af-xdp, udp or tcp");
            }
            return text;
        }
    }

    /** Returns why there is no such port, or "". */
    private static String afXdp(PrintWriter out) {
        AfXdpReport report = AfXdpReport.make();
        out.printf(Locale.ROOT, "%nAF_XDP, for af-xdp ports:%n");
        print(out, "  ", report.lines());
        if (!report.problem().isEmpty()) {
            out.printf(Locale.ROOT, "  %s%n", report.problem());
        }
        out.printf(Locale.ROOT, "%ninterfaces of this network namespace:%n");
        for (InterfaceReport found : InterfaceReport.all()) {
            out.printf(Locale.ROOT, "  %s: %s%n", found.name(), found.summary());
            print(out, "    ", found.lines());
        }
        return report.problem();
    }

    /** Returns why there are no such ports, or "". */
    private static String sockets(PrintWriter out) {
        UringReport report = UringReport.make();
        out.printf(Locale.ROOT, "%nio_uring, for udp and tcp ports:%n");
        print(out, "  ", report.lines());
        if (report.problem().isEmpty()) {
            out.printf(Locale.ROOT, "%nsocket buffers without CAP_NET_ADMIN:%n");
            limit(out, "rmem_max", "receive-buffer");
            limit(out, "wmem_max", "send-buffer");
        }
        return report.problem();
    }

    private static void print(PrintWriter out, String indent, List<HostFeature> lines) {
        for (HostFeature line : lines) {
            out.printf(
                    Locale.ROOT,
                    "%s%-3s  %-42s %s%n",
                    indent,
                    line.isThere() ? "yes" : "no",
                    line.what(),
                    line.meaning());
        }
    }

    /** Reads the file in one go, because procfs shows a sysctl in a single read only. */
    private static void limit(PrintWriter out, String name, String key) {
        try (BufferedReader file = Files.newBufferedReader(LIMITS.resolve(name))) {
            out.printf(
                    Locale.ROOT,
                    "  %,d bytes at most for %s (net.core.%s)%n",
                    Long.parseLong(file.readLine()),
                    key,
                    name);
        } catch (IOException | NumberFormatException e) { // another network namespace may not show it
            out.printf(Locale.ROOT, "  net.core.%s can't be read here%n", name);
        }
    }
}
