package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.util.Optional;
import java.util.function.Function;

/**
 * What values a key takes: how they are read from a config and written to one, and how the reference names them. {@link
 * KeyTypes} has the usual ones.
 *
 * @param <T> what a value becomes
 */
public interface KeyType<T> {
    /**
     * The value as the engine uses it; never null.
     *
     * @throws BadValue if the key can't take it, with what to write instead
     */
    T read(ConfigValue value) throws BadValue;

    /** The value as HOCON. */
    String write(T value);

    /** What to write, to follow on "write": {@code a whole number, 0 to 7}. */
    String expected();

    /** The unit, or "" if the values have none. */
    default String unit() {
        return "";
    }

    /** What stands beside a value when a config is written, or "". */
    default String remark(T value) {
        return unit();
    }

    /** The same, or a word that stands for none: {@code none}, {@code off}, {@code auto}. */
    default KeyType<Optional<T>> or(String word) {
        return new OrWord<>(word, this);
    }

    /**
     * Values that have one form.
     *
     * @param why    follows on a value that can't be used: {@code , which is no MAC address}, or ""
     * @param reader gives null for a value that can't be used
     */
    static <T> KeyType<T> of(String expected, String why, Function<ConfigValue, T> reader, Function<T, String> writer) {
        return new KeyType<>() {
            @Override
            public T read(ConfigValue value) throws BadValue {
                T read = reader.apply(value);
                if (read == null) {
                    throw new BadValue("is " + ValueText.of(value) + why + "; write " + expected);
                }
                return read;
            }

            @Override
            public String write(T value) {
                return writer.apply(value);
            }

            @Override
            public String expected() {
                return expected;
            }
        };
    }
}
