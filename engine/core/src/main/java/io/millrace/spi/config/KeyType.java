package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.util.Optional;
import java.util.function.Function;

/**
 * The type of a key: which values it takes, how they are read and written, and how the reference describes them. {@link
 * KeyTypes} has the usual types.
 *
 * @param <T> the Java type of the values
 */
public interface KeyType<T> {
    /**
     * Reads a value into the form that the engine uses; never null.
     *
     * @throws BadValue if the key does not take the value; the message says what to write instead
     */
    T read(ConfigValue value) throws BadValue;

    /** Writes a value as HOCON. */
    String write(T value);

    /** Says what to write, to follow the word "write" in a message: {@code a whole number, 0 to 7}. */
    String expected();

    /** The unit for the reference, or "" if the values have none. */
    default String unit() {
        return "";
    }

    /** A comment to write beside a value, or "". */
    default String remark(T value) {
        return unit();
    }

    /** Returns a type that also takes a word for no value: {@code none}, {@code off}, {@code auto}. */
    default KeyType<Optional<T>> or(String word) {
        return new OrWord<>(word, this);
    }

    /**
     * Makes a type whose values have only one notation.
     *
     * @param why    follows on a value that can't be used: {@code , which is no MAC address}, or ""
     * @param reader reads a value; null if it can't be used
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
