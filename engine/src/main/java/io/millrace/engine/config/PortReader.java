package io.millrace.engine.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the {@code ports} block. */
final class PortReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

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
        return block.entries().stream().sorted(inFileOrder()).map(Map.Entry::getKey).toList();
    }

    private Comparator<Map.Entry<String, ConfigValue>> inFileOrder() {
        return Comparator.<Map.Entry<String, ConfigValue>>comparingInt(e -> block.lineOf(e.getValue()).line())
            .thenComparing(Map.Entry::getKey);
    }

    /** The ports that have no problems. */
    List<PortSettings> read() {
        if (block.entries().isEmpty() && isBlockOrMissing()) {
            problems.add(block.line(), "there are no ports; add one, as in "
                + "ports { ingress { type = af-xdp, interface = eth0 } }");
        }
        List<PortSettings> ports = new ArrayList<>();
        for (String name : names()) {
            PortSettings port = readPort(name);
            if (port != null) {
                ports.add(port);
            }
        }
        reportSharedInterfaces(ports);
        return ports;
    }

    private boolean isBlockOrMissing() {
        ConfigValue value = root.value(Section.PORTS.blockName());
        return value == null || value instanceof ConfigObject;
    }

    private PortSettings readPort(String name) {
        int before = problems.count();
        SettingsBlock port = block.block(name);
        if (!NAME.matcher(name).matches()) {
            problems.add(port.line(), "port name " + ValueText.quoted(name)
                + " is none; use up to 32 letters, digits, - and _");
        }
        if (problems.count() > before) {
            return null;
        }
        String type = port.get(ConfigKeys.PORT_TYPE);
        return switch (type) {
            case AfXdpSettings.TYPE -> readAfXdp(name, port);
            case null, default -> null;
        };
    }

    private AfXdpSettings readAfXdp(String name, SettingsBlock port) {
        int before = problems.count();
        port.reportUnknown(Section.AF_XDP);
        SettingsBlock rings = port.block(Section.RINGS.blockName());
        rings.reportUnknown(Section.RINGS);
        RingSizes sizes = new RingSizes(rings.get(ConfigKeys.RX_RING), rings.get(ConfigKeys.TX_RING),
            rings.get(ConfigKeys.FILL_RING), rings.get(ConfigKeys.COMPLETION_RING));
        AfXdpSettings settings = new AfXdpSettings(name, port.get(ConfigKeys.INTERFACE),
            port.get(ConfigKeys.QUEUES), port.get(ConfigKeys.ATTACH), port.get(ConfigKeys.COPY),
            port.get(ConfigKeys.FRAMES), port.get(ConfigKeys.FRAME_SIZE), sizes, port.get(ConfigKeys.BATCH),
            port.get(ConfigKeys.HUGE_PAGES), port.get(ConfigKeys.ACCEPT), port.line());
        if (problems.count() == before) {
            reportFrameShortage(settings, port);
            reportBatch(settings, port);
        }
        return problems.count() == before ? settings : null;
    }

    private void reportFrameShortage(AfXdpSettings settings, SettingsBlock port) {
        int queueCount = settings.queues().all() ? 1 : settings.queues().queues().size();
        String shortage = settings.frameShortage(queueCount);
        if (shortage != null) {
            problems.add(lineOf(port, ConfigKeys.FRAMES), shortage);
        }
    }

    private void reportBatch(AfXdpSettings settings, SettingsBlock port) {
        int batch = settings.batch();
        if (batch > settings.rings().rx()) {
            reportBatch(port, batch, "than rings.rx has descriptors", settings.rings().rx());
        }
        if (engine.mode() == Mode.PIPELINED && batch > engine.ringSize()) {
            reportBatch(port, batch, "than engine.ring-size has slots", engine.ringSize());
        }
    }

    private void reportBatch(SettingsBlock port, int batch, String limit, int most) {
        problems.add(lineOf(port, ConfigKeys.BATCH), port.path(ConfigKeys.BATCH.name()) + " is " + batch + ", more "
            + limit + ", " + most + "; use " + most + " or less");
    }

    private static SourceLine lineOf(SettingsBlock port, ConfigKey<?> key) {
        ConfigValue value = port.value(key.name());
        return value == null ? port.line() : port.lineOf(value);
    }

    /** One program serves an interface, so that one port has to have all of its queues. */
    private void reportSharedInterfaces(List<PortSettings> ports) {
        for (int i = 0; i < ports.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (ports.get(i) instanceof AfXdpSettings port && ports.get(j) instanceof AfXdpSettings other
                    && port.interfaceName().equals(other.interfaceName())) {
                    problems.add(port.line(), "ports." + port.name() + ".interface is "
                        + ValueText.quoted(port.interfaceName()) + ", which port '" + other.name()
                        + "' has already; list all its queues in one port");
                }
            }
        }
    }
}
