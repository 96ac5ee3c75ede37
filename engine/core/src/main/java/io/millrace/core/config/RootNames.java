package io.millrace.core.config;

import io.millrace.spi.config.EngineKeys;
import java.util.List;

/** What the blocks are called that everything stands in. */
final class RootNames {
    static final String MILLRACE = "millrace";
    static final String PORTS = "ports";
    static final String PIPELINE = "pipeline";

    /** What may stand in {@code millrace}. */
    static final List<String> INSIDE = List.of(EngineKeys.BLOCK.name(), LeaseKeys.BLOCK.name(), PORTS, PIPELINE);

    private RootNames() {}
}
