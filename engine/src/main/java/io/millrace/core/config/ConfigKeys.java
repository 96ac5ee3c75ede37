package io.millrace.core.config;

import java.util.List;
import java.util.stream.Stream;

/** Every key of the config with its default: what reading, rendering and the reference go by. */
final class ConfigKeys {
    /** Every key, in the order of the reference. */
    static final List<ConfigKey<?>> ALL = Stream.of(EngineKeys.ALL, AfXdpKeys.ALL, UdpKeys.ALL, TcpKeys.ALL)
            .<ConfigKey<?>>flatMap(List::stream)
            .toList();

    private ConfigKeys() {}

    /** The keys that stand in a block. */
    static List<ConfigKey<?>> of(Section section) {
        return ALL.stream()
                .<ConfigKey<?>>filter(key -> key.section() == section)
                .toList();
    }
}
