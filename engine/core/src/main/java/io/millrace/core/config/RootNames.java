package io.millrace.core.config;

import io.millrace.spi.config.EngineKeys;
import java.util.List;

/** The names of the top-level blocks. */
final class RootNames {
    static final String MILLRACE = "millrace";
    static final String PORTS = "ports";
    static final String PIPELINE = "pipeline";

    /** The names that may be in the {@code millrace} block. */
    static final List<String> INSIDE = List.of(EngineKeys.BLOCK.name(), LeaseKeys.BLOCK.name(), PORTS, PIPELINE);

    private RootNames() {}
}
