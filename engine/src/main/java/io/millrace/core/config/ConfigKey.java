package io.millrace.core.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;

/**
 * One key of the config.
 *
 * @param section      the block that it stands in
 * @param name         its name in that block
 * @param type         the values that it takes
 * @param defaultText  its default as HOCON, or null if the key must be set
 * @param meaning      one line for the reference
 * @param <T>          what its value becomes
 */
record ConfigKey<T>(Section section, String name, KeyType<T> type, String defaultText, String meaning) {

    boolean isRequired() {
        return defaultText == null;
    }

    /** Reads the default by the same code as a value of a file. */
    T defaultValue() {
        ConfigValue value =
                ConfigFactory.parseString("v = " + defaultText).root().get("v");
        try {
            return type.read(value);
        } catch (BadValue e) {
            throw new IllegalStateException("the default of " + name + " " + e.getMessage());
        }
    }
}
