package io.millrace.core.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;

/** A path of the file system from its root. */
record AbsolutePath() implements KeyType<String> {

    @Override
    public String read(ConfigValue value) throws BadValue {
        if (!(value.unwrapped() instanceof String path)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new BadValue("is " + ValueText.quoted(path) + "; write " + expected());
        }
        return path;
    }

    @Override
    public String write(String value) {
        return ConfigUtil.quoteString(value);
    }

    @Override
    public String expected() {
        return "a path that starts with /";
    }
}
