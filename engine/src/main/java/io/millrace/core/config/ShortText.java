package io.millrace.core.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.nio.charset.StandardCharsets;

/** A text that is not empty, and no longer in UTF-8 than so many bytes. */
record ShortText(int mostBytes) implements KeyType<String> {

    @Override
    public String read(ConfigValue value) throws BadValue {
        if (!(value.unwrapped() instanceof String text)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new BadValue("is " + ValueText.quoted(text) + ", which holds half a character; write " + expected());
        }
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > mostBytes) {
            throw new BadValue("is " + ValueText.quoted(text) + ", " + length + " bytes long; write " + expected());
        }
        return text;
    }

    @Override
    public String write(String value) {
        return ConfigUtil.quoteString(value);
    }

    @Override
    public String expected() {
        return "a text of 1 to " + mostBytes + " bytes, in double quotes";
    }
}
