package io.millrace;

import java.util.ServiceLoader;

/** Holds the engine's provider, which is looked for once, when it is first needed. */
final class FoundEngine {
    static final EngineProvider PROVIDER = ServiceLoader.load(
                    EngineProvider.class, EngineProvider.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the API of Millrace is here, but not the engine; depend on"
                    + " io.millrace:millrace-engine, which brings both"));

    private FoundEngine() {}
}
