package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;

/** On or off. */
record Switch() implements KeyType<Boolean> {

    @Override
    public Boolean read(ConfigValue value) throws BadValue {
        return switch (String.valueOf(value.unwrapped())) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        };
    }

    @Override
    public String write(Boolean value) {
        return value ? "on" : "off";
    }

    @Override
    public String expected() {
        return "on or off";
    }
}
