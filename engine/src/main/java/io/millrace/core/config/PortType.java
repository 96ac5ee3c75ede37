package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.NearestName;
import io.millrace.spi.config.ValueText;
import java.util.List;

/** The type of a port. */
record PortType() implements KeyType<String> {
    private static final List<String> KNOWN = List.of(AfXdpSettings.TYPE, UdpSettings.TYPE, TcpSettings.TYPE);

    @Override
    public String read(ConfigValue value) throws BadValue {
        if (value.unwrapped() instanceof String type) {
            if (KNOWN.contains(type)) {
                return type;
            }
            throw new BadValue("is " + ValueText.quoted(type) + ", and there is no such type; "
                    + NearestName.advice(type, KNOWN, "types"));
        }
        throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
    }

    @Override
    public String write(String value) {
        return value;
    }

    @Override
    public String expected() {
        int last = KNOWN.size() - 1;
        return String.join(", ", KNOWN.subList(0, last)) + " or " + KNOWN.get(last);
    }
}
