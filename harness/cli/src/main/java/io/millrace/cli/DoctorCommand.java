package io.millrace.cli;

import io.millrace.core.config.PortTypes;
import io.millrace.ring.MemoryRoom;
import io.millrace.spi.HostFeature;
import io.millrace.spi.HostReport;
import io.millrace.spi.HostSection;
import io.millrace.spi.PortType;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what the host can do for each type of port, as the types that are there tell it. */
@Command(
        name = "doctor",
        description = {
            "Say what this host can do for each type of port, for this user, and what is used where it can't.",
            "Opens a socket, loads XDP programs and makes a few io_urings, and ends them; looks at interfaces,"
                    + " attaches nothing to them, changes nothing.",
            "Exit code 3 when ports of the type asked for can't be opened at all; without --port, when those can't"
                    + " be that take no privileges, udp and tcp."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private VerboseOption standard;

    @Option(
            names = "--port",
            paramLabel = "KIND",
            description = "Only what ports of this type need: af-xdp, udp, tcp, or one that MILLRACE_CLASSPATH adds.")
    private String port;

    @Override
    public Integer call() {
        StageClassPath.install();
        List<HostReport> reports = asked().stream()
                .map(PortType::hostReport)
                .flatMap(Optional::stream)
                .distinct()
                .map(Supplier::get)
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "Linux %s, Java %s%n", System.getProperty("os.version"), Runtime.version());
        MemoryRoom room = MemoryRoom.ofThisProcess();
        out.printf(
                Locale.ROOT,
                "%s leaves %,d MiB of memory for this program and the frames of its ports%n",
                room.limit(),
                room.freeBytes() >> 20);
        reports.forEach(report -> print(out, report));
        out.flush();
        for (HostReport report : reports) {
            if (!report.problem().isEmpty() && (port != null || report.forEveryUser())) {
                throw CommandFailure.host(report.problem());
            }
        }
        return ExitCode.FINE;
    }

    private List<PortType> asked() {
        PortTypes types = PortTypes.found();
        if (port == null) {
            return types.all();
        }
        return List.of(types.find(port)
                .orElseThrow(() ->
                        CommandFailure.usage("--port '" + port + "' is no port type; it is " + types.expected())));
    }

    /** Prints the problem behind the features that explain it. */
    private static void print(PrintWriter out, HostReport report) {
        String problem = report.problem();
        for (HostSection section : report.sections()) {
            out.printf(Locale.ROOT, "%n%s:%n", section.title());
            print(out, "  ", section.features());
            for (HostSection part : section.parts()) {
                out.printf(Locale.ROOT, "  %s%n", part.title());
                print(out, "    ", part.features());
            }
            if (!problem.isEmpty()) {
                out.printf(Locale.ROOT, "  %s%n", problem);
                problem = "";
            }
        }
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
}
