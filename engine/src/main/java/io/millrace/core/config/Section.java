package io.millrace.core.config;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A block of the config with fixed keys. */
enum Section {
    ROOT(null, "millrace"),
    ENGINE(ROOT, "engine"),
    CPUS(ENGINE, "cpus"),
    URING(ENGINE, "uring"),
    LEASES(ROOT, "leases"),
    PORTS(ROOT, "ports"),
    PIPELINE(ROOT, "pipeline"),
    AF_XDP(PORTS, "NAME"),
    RINGS(AF_XDP, "rings"),
    BUSY_POLL(AF_XDP, "busy-poll"),
    ENCAPSULATE(AF_XDP, "encapsulate"),
    UDP(PORTS, "NAME"),
    /** A list of such blocks. */
    MULTICAST(UDP, "multicast"),
    TCP(PORTS, "NAME");

    private final Section parent;
    private final String blockName;

    Section(Section parent, String blockName) {
        this.parent = parent;
        this.blockName = blockName;
    }

    /** The name of the block in the one that it stands in. */
    String blockName() {
        return blockName;
    }

    /** The way to the block inside {@code millrace}, as in {@code engine.cpus}. */
    String path() {
        return parent == null || parent == ROOT ? blockName : parent.path() + "." + blockName;
    }

    /** What may stand in the block: its keys and the blocks in it. */
    List<String> knownNames() {
        return Stream.concat(
                        ConfigKeys.ALL.stream()
                                .filter(key -> key.section() == this)
                                .map(ConfigKey::name),
                        Arrays.stream(values())
                                .filter(section -> section.parent == this)
                                .map(Section::blockName))
                .toList();
    }
}
