package io.millrace.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.Verdict;
import io.millrace.spi.ConfiguredPorts;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@code ports} block. */
final class PortReader {
    private final SettingsBlock root;
    private final Settings engine;
    private final PortTypes types;
    private final Problems problems;
    private final SettingsBlock block;

    PortReader(SettingsBlock root, Settings engine, PortTypes types) {
        this.root = root;
        this.engine = engine;
        this.types = types;
        problems = root.problems();
        block = root.block(RootNames.PORTS);
    }

    /** The names of all ports, including those with problems, in the order of the file. */
    List<String> names() {
        return block.entries().stream()
                .sorted(inFileOrder())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns whether any port, even one with problems, is of a type that has byte streams. */
    boolean hasStreams() {
        return block.entries().stream()
                .anyMatch(entry -> entry.getValue() instanceof ConfigObject port
                        && port.get(types.key().name()) instanceof ConfigValue type
                        && types.find(type.unwrapped())
                                .map(PortType::hasStreams)
                                .orElse(false));
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
                    "there are no ports; add one, as in ports { ingress { "
                            + types.all().getFirst().example() + " } }");
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
        if (engine.get(EngineKeys.POLLERS) == Pollers.PER_QUEUE) {
            new PollerRule(problems, types).check(ports);
        }
        return checkTogether(ports);
    }

    private boolean isBlockOrMissing() {
        ConfigValue value = root.value(RootNames.PORTS);
        return value == null || value instanceof ConfigObject;
    }

    private PortSettings readPort(String name) {
        int before = problems.count();
        SettingsBlock port = block.block(name);
        if (!KeyTypes.isPortName(name)) {
            problems.add(
                    port.line(),
                    "port name " + ValueText.quoted(name) + " is none; use up to 32 letters, digits, - and _");
        }
        PortType type = problems.count() > before ? null : port.get(types.key());
        if (type == null) {
            return null;
        }
        Settings settings = SettingsReader.read(type.keys(), port, types.key().name());
        PortSettings read = new PortSettings(name, type, settings);
        if (problems.count() == before) {
            type.check(read, engine, problems);
        }
        return problems.count() == before ? read : null;
    }

    private List<PortSettings> checkTogether(List<PortSettings> ports) {
        ConfiguredPorts configured = new ConfiguredPorts(names(), ports);
        Map<String, PortSettings> checked = new HashMap<>();
        for (PortType type : types.all()) {
            type.checkTogether(configured, engine, problems).forEach(port -> checked.put(port.name(), port));
        }
        return ports.stream().map(port -> checked.get(port.name())).toList();
    }
}
