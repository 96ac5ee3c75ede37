package io.millrace.spi.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.net.InetAddress;

/** The type of keys whose value is a numeric IP address without a zone. */
public enum AddressType implements KeyType<InetAddress> {
    /** The address of a multicast group. */
    GROUP("the address of a multicast group, as in \"239.1.1.1\" or \"ff15::1\""),
    /** The address of a single host. */
    SENDER("the address of a host, as in \"10.0.0.5\" or \"2001:db8::5\"");

    private final String expected;

    AddressType(String expected) {
        this.expected = expected;
    }

    @Override
    public InetAddress read(ConfigValue value) throws BadValue {
        InetAddress address = value.unwrapped() instanceof String text ? AddressText.parse(text) : null;
        if (address == null) {
            throw new BadValue("is " + ValueText.of(value) + ", which is no address in numbers; write " + expected);
        }
        if (address.isMulticastAddress() != (this == GROUP) || address.isAnyLocalAddress()) {
            throw new BadValue("is " + ValueText.of(value) + ", which is no " + (this == GROUP ? "group" : "host")
                    + "; write " + expected);
        }
        return address;
    }

    @Override
    public String write(InetAddress value) {
        return ConfigUtil.quoteString(AddressText.write(value));
    }

    @Override
    public String expected() {
        return expected;
    }
}
