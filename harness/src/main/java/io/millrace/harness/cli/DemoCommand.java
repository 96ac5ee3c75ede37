package io.millrace.harness.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The main job in one command, set-up included. */
@Command(name = "demo", description = {"Show the engine at work between two network namespaces, set-up included.",
    "It makes the namespaces and a veth pair, starts an engine that echoes in one, drives it from the other, checks "
        + "every reply, prints a table, and leaves nothing behind. Needs root."})
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private VerboseOption standard;

    @Option(names = "--duration", paramLabel = "D", defaultValue = "10s", converter = DurationConverter.class,
        description = "How long traffic flows (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "200k", converter = RateConverter.class,
        description = "Datagrams a second, or max (default: ${DEFAULT-VALUE}).")
    private Rate rate;

    @Option(names = "--port", paramLabel = "KIND", defaultValue = "af-xdp",
        converter = PortKindConverter.class,
        description = "The engine's port: af-xdp, udp or tcp (default: ${DEFAULT-VALUE}).")
    private DemoOptions.PortKind port;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this file.")
    private Path json;

    @Override
    public Integer call() {
        return EngineDemo.run(new DemoOptions(duration, rate, port, json));
    }

    /** Reads a port type by the name that the config has for it. */
    static final class PortKindConverter implements ITypeConverter<DemoOptions.PortKind> {
        @Override
        public DemoOptions.PortKind convert(String text) {
            for (DemoOptions.PortKind kind : DemoOptions.PortKind.values()) {
                if (kind.toString().equals(text)) {
                    return kind;
                }
            }
            throw new TypeConversionException("'" + text + "' is no port type; it is af-xdp, udp or tcp");
        }
    }
}
