package io.millrace.lab.command;

import io.millrace.cli.DurationConverter;
import io.millrace.cli.VerboseOption;
import io.millrace.lab.demo.DemoPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The main job in one command, set-up included. */
@Command(
        name = "demo",
        description = {
            "Show the engine at work, set-up included.",
            "It starts an engine that sends everything back, drives it, checks every reply byte by byte, prints a"
                    + " table, and "
                    + "leaves nothing behind. With af-xdp, which needs root, driver and engine are in network"
                    + " namespaces joined by "
                    + "a veth pair; with udp and tcp they talk over the loopback interface."
        })
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private VerboseOption standard;

    @Option(
            names = "--duration",
            paramLabel = "D",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "How long traffic flows (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(
            names = "--rate",
            paramLabel = "R",
            converter = RateConverter.class,
            description = "Datagrams, over TCP records, a second, or max (default: 200k with af-xdp, else 50k).")
    private Rate rate;

    @Option(
            names = "--port",
            paramLabel = "KIND",
            converter = DemoPortConverter.class,
            description = "The engine's port: af-xdp, udp or tcp (default: af-xdp for root, else udp).")
    private DemoPort port;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this file.")
    private Path json;

    @Override
    public Integer call() {
        return EngineDemo.run(new DemoOptions(duration, rate, port, json));
    }

    /** Reads a port type by the name that the config has for it. */
    static final class DemoPortConverter implements ITypeConverter<DemoPort> {
        @Override
        public DemoPort convert(String text) {
            for (DemoPort port : DemoPort.values()) {
                if (port.toString().equals(text)) {
                    return port;
                }
            }
            throw new TypeConversionException("'" + text + "' is no port type; it is af-xdp, udp or tcp");
        }
    }
}
