package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;

/**
 * What values a key takes: how they are read from a config and written to one, and how the reference names them.
 *
 * @param <T> what a value becomes
 */
public interface KeyType<T> {
    /** The value as the engine uses it; never null. */
    T read(ConfigValue value) throws BadValue;

    /** The value as HOCON. */
    String write(T value);

    /** What to write, to follow on "write": {@code a whole number, 0 to 7}. */
    String expected();

    /** The unit, or "" if the values have none. */
    default String unit() {
        return "";
    }
}
