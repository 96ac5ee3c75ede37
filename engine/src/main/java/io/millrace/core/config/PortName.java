package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.util.regex.Pattern;

/** The name of a port. */
record PortName() implements KeyType<String> {
    /** What a port may be called. */
    static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    @Override
    public String read(ConfigValue value) throws BadValue {
        String name = ValueText.isText(value) ? ValueText.written(value) : "";
        if (SHAPE.matcher(name).matches()) {
            return name;
        }
        throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
    }

    @Override
    public String write(String value) {
        return value;
    }

    @Override
    public String expected() {
        return "the name of a port";
    }
}
