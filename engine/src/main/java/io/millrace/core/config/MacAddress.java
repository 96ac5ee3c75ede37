package io.millrace.core.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.util.Locale;
import java.util.regex.Pattern;

/** A MAC address, in lower case with colons. */
record MacAddress() implements KeyType<String> {
    private static final Pattern SHAPE = Pattern.compile("\\p{XDigit}{2}(?::\\p{XDigit}{2}){5}");

    @Override
    public String read(ConfigValue value) throws BadValue {
        if (value.unwrapped() instanceof String text && SHAPE.matcher(text).matches()) {
            return text.toLowerCase(Locale.ROOT);
        }
        throw new BadValue("is " + ValueText.of(value) + ", which is no MAC address; write " + expected());
    }

    @Override
    public String write(String value) {
        return ConfigUtil.quoteString(value);
    }

    @Override
    public String expected() {
        return "six hexadecimal bytes, as in \"02:00:00:00:00:01\"";
    }
}
