package io.millrace.core.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.nio.charset.StandardCharsets;

/** A name of a network interface, its own or an alternative one, as the kernel's {@code dev_valid_name} wants them. */
record InterfaceName() implements KeyType<String> {
    /** {@code ALTIFNAMSIZ} less the closing zero; an interface's own name has at most 15. */
    private static final int LONGEST = 127;

    @Override
    public String read(ConfigValue value) throws BadValue {
        if (!ValueText.isText(value)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        String name = ValueText.written(value);
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            throw new BadValue("is " + ValueText.quoted(name) + ", " + length + " characters long, and Linux allows "
                    + LONGEST + "; use a name that 'ip link' lists");
        }
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ' || c == 0x7f)) {
            throw new BadValue("is " + ValueText.quoted(name) + ", which is no name of an interface; use one that "
                    + "'ip link' lists");
        }
        return name;
    }

    @Override
    public String write(String value) {
        return ConfigUtil.quoteString(value);
    }

    @Override
    public String expected() {
        return "the name of an interface, as 'ip link' lists them";
    }
}
