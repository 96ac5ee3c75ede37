package io.millrace.xdp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 net; a host is a net of full length. The address is left-aligned in {@code high} and {@code low}: an
 * IPv4 address is the upper half of {@code high}. Prefixes are ordered so that those inside another one follow it
 * directly.
 */
record Prefix(boolean ipv6, long high, long low, int length) implements Comparable<Prefix> {

    static final int IPV4_BITS = 32;
    static final int IPV6_BITS = 128;

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

    static Prefix parseHost(String text) {
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is a net, not a host; write 'net " + text + "', or the address alone");
        }
        return ofHost(parseAddress(text, text));
    }

    static Prefix parseNet(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "net '" + text + "' lacks a prefix length; write it as in 239.1.0.0/16, or use 'host'");
        }
        Prefix whole = ofHost(parseAddress(text.substring(0, slash), text));
        Prefix net = whole.shortenedTo(parseLength(text.substring(slash + 1), text, whole.length));
        if (net.high != whole.high || net.low != whole.low) {
            throw new IllegalArgumentException(
                    "net '" + text + "' has bits set behind its prefix; write " + net + ", or change the length");
        }
        return net;
    }

    private static int parseLength(String length, String whole, int bits) {
        if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > bits) {
            throw new IllegalArgumentException("net '" + whole
                    + "' has no valid prefix length; write a number from 0 to " + bits + " behind the slash");
        }
        return Integer.parseInt(length);
    }

    private static byte[] parseAddress(String text, String whole) {
        boolean ipv6 = IPV6.matcher(text).matches();
        if (ipv6 || IPV4.matcher(text).matches()) {
            try {
                byte[] address = InetAddress.ofLiteral(text).getAddress();
                // An IPv4-mapped IPv6 text would match other frames than it seems to.
                if ((address.length == IPV6_BITS / Byte.SIZE) == ipv6) {
                    return address;
                }
            } catch (IllegalArgumentException e) {
                // the error is reported below
            }
        }
        throw new IllegalArgumentException("'" + whole
                + "' is no IP address; write it in numbers, such as 239.1.0.1 or ff15::1 (no names, no zones)");
    }

    /** The net of one address, 4 or 16 bytes in network byte order. */
    static Prefix ofHost(byte[] address) {
        ByteBuffer bytes = ByteBuffer.wrap(address);
        return address.length == IPV6_BITS / Byte.SIZE
                ? new Prefix(true, bytes.getLong(), bytes.getLong(), IPV6_BITS)
                : new Prefix(false, (long) bytes.getInt() << IPV4_BITS, 0, IPV4_BITS);
    }

    private Prefix shortenedTo(int newLength) {
        long highMask = newLength == 0 ? 0 : -1L << Math.max(0, Long.SIZE - newLength);
        long lowMask = newLength <= Long.SIZE ? 0 : -1L << IPV6_BITS - newLength;
        return new Prefix(ipv6, high & highMask, low & lowMask, newLength);
    }

    /** Returns whether every address of the other is one of this. */
    boolean contains(Prefix other) {
        if (ipv6 != other.ipv6 || length > other.length) {
            return false;
        }
        Prefix head = other.shortenedTo(length);
        return head.high == high && head.low == low;
    }

    int ethertype() {
        return ipv6 ? AcceptRule.ETHERTYPE_IPV6 : AcceptRule.ETHERTYPE_IPV4;
    }

    /** In network byte order, 4 or 16 bytes. */
    byte[] address() {
        return ipv6
                ? ByteBuffer.allocate(IPV6_BITS / Byte.SIZE)
                        .putLong(high)
                        .putLong(low)
                        .array()
                : ByteBuffer.allocate(IPV4_BITS / Byte.SIZE)
                        .putInt((int) (high >>> IPV4_BITS))
                        .array();
    }

    @Override
    public int compareTo(Prefix other) {
        int order = Boolean.compare(ipv6, other.ipv6);
        order = order != 0 ? order : Long.compareUnsigned(high, other.high);
        order = order != 0 ? order : Long.compareUnsigned(low, other.low);
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(address()).getHostAddress() + "/" + length;
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }
}
