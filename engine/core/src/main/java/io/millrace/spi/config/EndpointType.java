package io.millrace.spi.config;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The type of keys whose value is a numeric IP address with a port. */
public enum EndpointType implements KeyType<InetSocketAddress> {
    /** What a socket is bound to: it may be a wildcard address, and the kernel may choose the port. */
    LOCAL("0.0.0.0:9000", "[::]:9000"),
    /** The address that a socket sends to. */
    PEER("10.0.0.1:9000", "[2001:db8::1]:9000"),
    /** An address in a packet's headers, where there are no zones. */
    HEADER("10.0.0.1:9000", "[2001:db8::1]:9000");

    private static final Pattern SHAPE =
            Pattern.compile("(?:\\[([^\\]%]*)(?:%([^\\]]*))?\\]|([^:\\[\\]]*)):(\\d{1,5})");
    private static final String ANY = "*";
    private static final int LAST_PORT = 65535;

    private final String ipv4Example;
    private final String ipv6Example;

    EndpointType(String ipv4Example, String ipv6Example) {
        this.ipv4Example = ipv4Example;
        this.ipv6Example = ipv6Example;
    }

    @Override
    public InetSocketAddress read(ConfigValue value) throws BadValue {
        if (!(value.unwrapped() instanceof String text)) {
            throw bad(value, "");
        }
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw bad(value, ", which is no address with a port");
        }
        int port = Integer.parseInt(matcher.group(4));
        if (port > LAST_PORT || port == 0 && this != LOCAL) {
            throw bad(value, ", and " + port + " is no port " + (this == LOCAL ? "of a host" : "to send to"));
        }
        String host = matcher.group(3);
        InetAddress address = host == null ? ipv6(value, matcher.group(1), matcher.group(2)) : ipv4(value, host);
        if (address.isAnyLocalAddress() && this != LOCAL) {
            throw bad(value, ", and nobody has this address");
        }
        String zone = matcher.group(2);
        return zone == null
                ? new InetSocketAddress(address, port)
                : new ScopedAddress((Inet6Address) address, port, AddressText.zoneName(zone));
    }

    private InetAddress ipv4(ConfigValue value, String text) throws BadValue {
        InetAddress address = AddressText.parse(text.equals(ANY) ? "0.0.0.0" : text);
        if (address == null) {
            throw bad(value, ", and " + ValueText.quoted(text) + " is no address in numbers");
        }
        return address;
    }

    private InetAddress ipv6(ConfigValue value, String text, String zone) throws BadValue {
        if (!(AddressText.parse(text) instanceof Inet6Address address)) {
            throw bad(value, ", and " + ValueText.quoted(text) + " is no IPv6 address in numbers");
        }
        if (this == HEADER) {
            if (zone != null) {
                throw bad(value, ", and there are no zones in headers");
            }
            return address;
        }
        if (zone == null && address.isLinkLocalAddress()) {
            throw new BadValue("is " + ValueText.of(value) + ", which each interface may have; add the interface, as "
                    + "in \"[fe80::1%eth0]:9000\"");
        }
        Inet6Address inZone = zone == null ? address : AddressText.inZone(address, zone);
        if (inZone == null) {
            throw new BadValue("is " + ValueText.of(value) + ", and this host has no interface "
                    + ValueText.quoted(zone) + "; use one that 'ip link' lists");
        }
        return inZone;
    }

    private BadValue bad(ConfigValue value, String problem) {
        return new BadValue("is " + ValueText.of(value) + problem + "; write " + expected());
    }

    @Override
    public String write(InetSocketAddress value) {
        return ConfigUtil.quoteString(text(value));
    }

    /** Writes the address and port as people write them. */
    public static String text(InetSocketAddress value) {
        String zone = ScopedAddress.interfaceName(value);
        String address =
                zone == null ? AddressText.write(value.getAddress()) : AddressText.write(value.getAddress(), zone);
        return (value.getAddress() instanceof Inet6Address ? "[" + address + "]" : address) + ":" + value.getPort();
    }

    @Override
    public String expected() {
        return "an address and port, as in \"" + ipv4Example + "\" or \"" + ipv6Example + "\"";
    }
}
