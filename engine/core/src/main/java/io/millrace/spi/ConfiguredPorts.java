package io.millrace.spi;

import java.util.List;

/**
 * The ports of an engine, for rules that concern several of them.
 *
 * @param names the names of all ports, including those with problems, which are not in {@code ports}
 * @param ports the ports without problems, in the order of the file
 */
public record ConfiguredPorts(List<String> names, List<PortSettings> ports) {
    public ConfiguredPorts {
        names = List.copyOf(names);
        ports = List.copyOf(ports);
    }

    /** Returns the ports of one type. */
    public List<PortSettings> of(PortType type) {
        return ports.stream().filter(port -> port.type() == type).toList();
    }

    /** Returns the port of that name; null if there is none without problems. */
    public PortSettings find(String name) {
        return ports.stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
