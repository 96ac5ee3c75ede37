package io.millrace.core;

import io.millrace.core.config.PortSettings;
import io.millrace.spi.PortOpener;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The openers of all types of ports that there are on the class path. */
final class PortOpeners {
    private static final Map<String, PortOpener> BY_TYPE =
            ServiceLoader.load(PortOpener.class, PortOpener.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .collect(Collectors.toUnmodifiableMap(PortOpener::type, opener -> opener));

    private PortOpeners() {}

    /** What opens a port. */
    static PortOpener of(PortSettings port) {
        return BY_TYPE.get(port.type());
    }
}
