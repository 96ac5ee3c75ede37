package io.millrace.core.config;

import io.millrace.spi.config.KeyType;
import java.util.ArrayList;
import java.util.List;

/** Gathers keys in the order that they are declared in. */
final class KeyTable {
    private final List<ConfigKey<?>> keys = new ArrayList<>();

    /** Makes a key; {@code defaultText} is null for one that must be set. */
    <T> ConfigKey<T> add(Section section, String name, KeyType<T> type, String defaultText, String meaning) {
        ConfigKey<T> key = new ConfigKey<>(section, name, type, defaultText, meaning);
        keys.add(key);
        return key;
    }

    List<ConfigKey<?>> keys() {
        return List.copyOf(keys);
    }
}
