package io.millrace.spi.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Reads and writes numeric IP addresses; nothing here asks a name server. */
public final class AddressText {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[\\p{XDigit}:.]*:[\\p{XDigit}:.]*");
    private static final Pattern INDEX = Pattern.compile("[1-9]\\d{0,8}");
    private static final int GROUPS = 8;

    private AddressText() {}

    /** Reads an address without a zone; null if the text is not one. */
    public static InetAddress parse(String text) {
        boolean ipv6 = IPV6.matcher(text).matches();
        if (!ipv6 && !IPV4.matcher(text).matches()) {
            return null;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            // An IPv4-mapped IPv6 text would give an address of another family than it looks like.
            return address instanceof Inet6Address == ipv6 ? address : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Returns the address with a zone.
     *
     * @param zone the name or index of an interface
     * @return null if the host has no such interface
     */
    public static Inet6Address inZone(Inet6Address address, String zone) {
        int index = INDEX.matcher(zone).matches() ? Integer.parseInt(zone) : HostInterfaces.index(zone);
        if (index == 0) {
            return null;
        }
        try {
            return Inet6Address.getByAddress(null, address.getAddress(), index);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    /** Returns the interface's name for a zone, which is the name or index of an interface. */
    public static String zoneName(String zone) {
        return INDEX.matcher(zone).matches() ? interfaceName(Integer.parseInt(zone)) : zone;
    }

    /** Returns the index of the zone's interface; 0 for an address without a zone. */
    public static int zone(InetAddress address) {
        return address instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
    }

    public static boolean areOfOneFamily(InetAddress a, InetAddress b) {
        return a instanceof Inet4Address == b instanceof Inet4Address;
    }

    /** Writes an address in the short form: {@code fe80::1%eth0}. */
    public static String write(InetAddress address) {
        String text = address.getHostAddress();
        if (address instanceof Inet4Address) {
            return text;
        }
        int zone = zone(address);
        return zone == 0 ? shortened(text) : write(address, interfaceName(zone));
    }

    /** Writes an address with a zone of the given name. */
    public static String write(InetAddress address, String zone) {
        String text = address.getHostAddress();
        return shortened(text.substring(0, text.indexOf('%'))) + "%" + zone;
    }

    /** Writes {@code ::} for the longest run of zeroes. */
    private static String shortened(String text) {
        for (int zeroes = GROUPS; zeroes > 1; zeroes--) {
            String shorter = text.replaceFirst("(?:^|:)0(?::0){" + (zeroes - 1) + "}(?:$|:)", "::");
            if (!shorter.equals(text)) {
                return shorter;
            }
        }
        return text;
    }

    private static String interfaceName(int index) {
        try {
            NetworkInterface found = NetworkInterface.getByIndex(index);
            return found == null ? String.valueOf(index) : found.getName();
        } catch (SocketException e) {
            return String.valueOf(index);
        }
    }
}
