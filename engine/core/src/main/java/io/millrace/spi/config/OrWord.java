package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.util.Optional;

/** The type of keys that take a value of another type, or a word that stands for no value. */
record OrWord<T>(String word, KeyType<T> type) implements KeyType<Optional<T>> {
    @Override
    public Optional<T> read(ConfigValue value) throws BadValue {
        if (word.equals(value.unwrapped())) {
            return Optional.empty();
        }
        try {
            return Optional.of(type.read(value));
        } catch (BadValue e) {
            throw new BadValue(e.getMessage() + ", or " + word, e.place());
        }
    }

    @Override
    public String write(Optional<T> value) {
        return value.map(type::write).orElse(word);
    }

    @Override
    public String expected() {
        return type.expected() + ", or " + word;
    }

    @Override
    public String unit() {
        return type.unit();
    }
}
