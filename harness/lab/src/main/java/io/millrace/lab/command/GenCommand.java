package io.millrace.lab.command;

import io.millrace.HostException;
import io.millrace.cli.DurationConverter;
import io.millrace.cli.ExitCode;
import io.millrace.cli.OutputFile;
import io.millrace.cli.StopSignals;
import io.millrace.cli.VerboseOption;
import io.millrace.cli.report.Json;
import io.millrace.cli.report.TextFile;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import io.millrace.lab.traffic.TrafficSource;
import io.millrace.lab.traffic.UdpTraffic;
import io.millrace.lab.traffic.XdpTraffic;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends test traffic. */
@Command(
        name = "gen",
        sortOptions = false,
        description = {
            "Send UDP datagrams that carry a sequence number (8 bytes, big endian, first in the payload).",
            "This is a load generator: it sends whatever is asked for, to whomever. Use it on networks of your own.",
            "",
            "kernel: the kernel makes the frames (BPF_PROG_RUN), some million a second. Needs root, --interface and"
                    + " --dst-mac. "
                    + "The other end of a veth pair takes them in only with an XDP program attached, or GRO"
                    + " switched on.",
            "af-xdp: the TX ring of an AF_XDP socket on queue 0. Needs root, --interface and --dst-mac, and of the"
                    + " other end "
                    + "nothing.",
            "udp: an ordinary socket; the kernel's routes choose the interface.",
            "",
            "Without --duration and --count it sends until SIGINT or SIGTERM."
        })
final class GenCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;
    private static final long QUIET_NS = 2_000_000_000L;

    /** What makes the frames. */
    enum Mode {
        /** BPF_PROG_RUN. */
        KERNEL,
        /** A socket. */
        UDP,
        /** The TX ring of an AF_XDP socket. */
        AF_XDP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "kernel",
            description = "kernel, af-xdp or udp (default: ${DEFAULT-VALUE}).")
    private Mode mode;

    @Option(names = "--interface", paramLabel = "NAME", description = "The interface to send from.")
    private String interfaceName;

    @Option(
            names = "--src-mac",
            paramLabel = "MAC",
            defaultValue = "02:00:00:00:00:01",
            description = "Source MAC address (default: ${DEFAULT-VALUE}).")
    private String sourceMac;

    @Option(names = "--dst-mac", paramLabel = "MAC", description = "Destination MAC address.")
    private String destinationMac;

    @Option(names = "--src-ip", paramLabel = "IP", required = true, description = "Source IPv4 or IPv6 address.")
    private String sourceIp;

    @Option(names = "--dst-ip", paramLabel = "IP", required = true, description = "Destination address.")
    private String destinationIp;

    @Option(
            names = "--src-port",
            paramLabel = "PORT",
            defaultValue = "5000",
            description = "Source UDP port (default: ${DEFAULT-VALUE}).")
    private int sourcePort;

    @Option(names = "--dst-port", paramLabel = "PORT", required = true, description = "Destination UDP port.")
    private int destinationPort;

    @Option(
            names = "--vlan",
            paramLabel = "ID",
            defaultValue = "-1",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Tag the frames with this VLAN (not in udp mode).")
    private int vlan;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "64",
            converter = SizeConverter.class,
            description = "Bytes of a frame, without its check sequence (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "max",
            converter = RateConverter.class,
            description = "Frames a second, or max (default: ${DEFAULT-VALUE}).")
    private Rate rate;

    @Option(
            names = "--duration",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Stop after this time.")
    private Duration duration;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "0",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Stop when the interface has taken exactly this many frames.")
    private long count;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result to this file.")
    private Path json;

    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        TrafficPlan plan = plan();
        OutputFile.require("--json", json);
        try (TrafficSource source = open()) {
            StopSignals.onStop(source::stop);
            TrafficReport report = source.send(
                    plan,
                    plan.durationNs() <= QUIET_NS
                            ? TrafficSource.Progress.NONE
                            : soFar -> {
                                err.println("sent " + describe(soFar));
                                err.flush();
                            });
            spec.commandLine().getOut().println("sent " + describe(report));
            writeJson(report);
            return plan.count() > report.sent() && duration == null ? ExitCode.FAILED : ExitCode.FINE;
        }
    }

    private TrafficPlan plan() {
        if (count < 0) {
            throw new ParameterException(spec.commandLine(), "--count " + count + " is negative");
        }
        return new TrafficPlan(count, rate.perSecond(), duration == null ? Long.MAX_VALUE : duration.toNanos());
    }

    private TrafficSource open() {
        try {
            if (mode == Mode.UDP) {
                return UdpTraffic.open(
                        new InetSocketAddress(address("--src-ip", sourceIp), sourcePort),
                        new InetSocketAddress(address("--dst-ip", destinationIp), destinationPort),
                        size);
            }
            requireOption("--interface", interfaceName);
            requireOption("--dst-mac", destinationMac);
            return mode == Mode.AF_XDP
                    ? XdpTraffic.open(interfaceName, frame())
                    : KernelTraffic.open(interfaceName, frame());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (IOException e) {
            throw new HostException(
                    "cannot send from " + sourceIp + " port " + sourcePort + ", " + e.getMessage()
                            + "; give an address of this host and a free port",
                    e);
        }
    }

    private FrameTemplate frame() {
        FrameTemplate.Builder frame = FrameTemplate.udp()
                .macs(sourceMac, destinationMac)
                .ips(address("--src-ip", sourceIp), address("--dst-ip", destinationIp))
                .ports(sourcePort, destinationPort)
                .length(size);
        return (vlan < 0 ? frame : frame.vlan(vlan)).build();
    }

    private void requireOption(String name, String value) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "missing: " + name + " (mode " + mode + " needs it)");
        }
    }

    /** Takes literals only, because a name would be looked up on the network. */
    private static InetAddress address(String option, String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' of " + option + " is no IPv4 or IPv6 address", e);
        }
    }

    private static String describe(TrafficReport report) {
        return String.format(
                Locale.ROOT,
                "%,d frames in %.2f s: %.3f million/s; %,d refused",
                report.sent(),
                report.durationNs() / 1e9,
                report.framesPerSecond() / MEGA,
                report.refused());
    }

    private void writeJson(TrafficReport report) {
        if (json != null) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("version", 1);
            tree.put("mode", mode.toString());
            tree.put("sent", report.sent());
            tree.put("refused", report.refused());
            tree.put("sent_bytes", report.sentBytes());
            tree.put("duration_ns", report.durationNs());
            tree.put("rate_pps", report.framesPerSecond());
            TextFile.write(Json.line(tree) + "\n", json);
        }
    }
}
