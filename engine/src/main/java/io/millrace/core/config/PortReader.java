package io.millrace.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.Verdict;
import io.millrace.spi.config.Problems;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reads the {@code ports} block. */
final class PortReader {
    private final SettingsBlock root;
    private final EngineSettings engine;
    private final Problems problems;
    private final SettingsBlock block;

    PortReader(SettingsBlock root, EngineSettings engine) {
        this.root = root;
        this.engine = engine;
        problems = root.problems();
        block = root.block(Section.PORTS.blockName());
    }

    /** The names of all ports, those with problems too, in the order of the file. */
    List<String> names() {
        return block.entries().stream()
                .sorted(inFileOrder())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether a port is of a type that has byte streams, if with problems. */
    boolean hasStreams() {
        return block.entries().stream()
                .anyMatch(entry -> entry.getValue() instanceof ConfigObject port
                        && port.get(AfXdpKeys.TYPE.name()) instanceof ConfigValue type
                        && TcpSettings.TYPE.equals(type.unwrapped()));
    }

    private Comparator<Map.Entry<String, ConfigValue>> inFileOrder() {
        return Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
                        e -> block.lineOf(e.getValue()).line())
                .thenComparing(Map.Entry::getKey);
    }

    /** The ports that have no problems. */
    List<PortSettings> read() {
        if (block.entries().isEmpty() && isBlockOrMissing()) {
            problems.add(
                    block.line(),
                    "there are no ports; add one, as in "
                            + "ports { ingress { type = af-xdp, interface = eth0, accept = [\"udp dst port"
                            + " 9000\"] } }");
        }
        int count = block.entries().size();
        if (count > Verdict.MAX_PORTS) {
            problems.add(
                    block.line(),
                    "there are " + count + " ports, more than " + Verdict.MAX_PORTS
                            + "; spread them over several engines");
            return List.of();
        }
        List<PortSettings> ports = new ArrayList<>();
        for (String name : names()) {
            PortSettings port = readPort(name);
            if (port != null) {
                ports.add(port);
            }
        }
        new SharedPorts(problems).check(ports);
        if (engine.pollers() == Pollers.PER_QUEUE) {
            new PollerRule(problems).check(ports);
        }
        return new SharedMemory(names(), engine.pollers(), problems).resolve(ports);
    }

    private boolean isBlockOrMissing() {
        ConfigValue value = root.value(Section.PORTS.blockName());
        return value == null || value instanceof ConfigObject;
    }

    private PortSettings readPort(String name) {
        int before = problems.count();
        SettingsBlock port = block.block(name);
        if (!PortName.SHAPE.matcher(name).matches()) {
            problems.add(
                    port.line(),
                    "port name " + ValueText.quoted(name) + " is none; use up to 32 letters, digits, - and _");
        }
        if (problems.count() > before) {
            return null;
        }
        String type = port.get(AfXdpKeys.TYPE);
        return switch (type) {
            case AfXdpSettings.TYPE -> AfXdpReader.read(name, port, engine);
            case UdpSettings.TYPE -> UdpReader.read(name, port, engine);
            case TcpSettings.TYPE -> TcpReader.read(name, port, engine);
            case null, default -> null;
        };
    }
}
