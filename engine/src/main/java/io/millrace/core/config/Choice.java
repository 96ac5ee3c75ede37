package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.ConfigName;
import io.millrace.spi.config.KeyType;
import java.util.Arrays;

/** One of the constants of an enum; {@code true} and {@code false} stand for {@code on} and {@code off}, if any. */
record Choice<E extends Enum<E>>(Class<E> values) implements KeyType<E> {

    @Override
    public E read(ConfigValue value) throws BadValue {
        String name = names().read(value);
        return Arrays.stream(values.getEnumConstants())
                .filter(constant -> ConfigName.of(constant).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String write(E value) {
        return ConfigName.of(value);
    }

    @Override
    public String expected() {
        return names().expected();
    }

    private OneOf names() {
        return new OneOf(
                Arrays.stream(values.getEnumConstants()).map(ConfigName::of).toList());
    }
}
