package io.millrace.spi.config;

import io.millrace.spi.PortSettings;
import java.util.List;

/** The values of settings, for tests that know keys by their paths. */
public final class SettingsText {
    private SettingsText() {}

    /** {@code path=value} of every key, in the order of the reference. */
    public static List<String> of(Settings settings) {
        return settings.block()
                .keys()
                .map(key -> key.path() + "=" + settings.get(key))
                .toList();
    }

    /** The value of the key with that path. */
    public static Object value(PortSettings port, String path) {
        return port.get(port.type()
                .keys()
                .keys()
                .filter(key -> key.path().equals(path))
                .findFirst()
                .orElseThrow());
    }
}
