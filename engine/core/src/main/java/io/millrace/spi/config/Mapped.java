package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.util.function.Function;

/** A type that converts the values of another type. */
record Mapped<S, T>(KeyType<S> type, Function<S, T> to, Function<T, S> from) implements KeyType<T> {
    @Override
    public T read(ConfigValue value) throws BadValue {
        return to.apply(type.read(value));
    }

    @Override
    public String write(T value) {
        return type.write(from.apply(value));
    }

    @Override
    public String expected() {
        return type.expected();
    }

    @Override
    public String unit() {
        return type.unit();
    }
}
