package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import java.util.OptionalInt;

/** A CPU by its number, or {@code none}. */
record OptionalCpu(int last) implements KeyType<OptionalInt> {
    private static final String NONE = "none";

    @Override
    public OptionalInt read(ConfigValue value) throws BadValue {
        if (NONE.equals(value.unwrapped())) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(WholeNumber.between(0, last, "").read(value));
        } catch (BadValue e) {
            throw new BadValue(e.getMessage() + ", or none");
        }
    }

    @Override
    public String write(OptionalInt value) {
        return value.isPresent() ? String.valueOf(value.getAsInt()) : NONE;
    }

    @Override
    public String expected() {
        return "a whole number, 0 to " + last + ", or none";
    }
}
