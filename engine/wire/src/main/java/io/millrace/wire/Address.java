package io.millrace.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Writes addresses as people do; it allocates. */
final class Address {

    private Address() {}

    static String mac(long address) {
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format(Locale.ROOT, "%02x", address >>> shift & 0xff))
                    .append(shift > 0 ? ":" : "");
        }
        return text.toString();
    }

    static String ipv4(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    static String ipv6(long high, long low) {
        try {
            return InetAddress.getByAddress(
                            ByteBuffer.allocate(16).putLong(high).putLong(low).array())
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }
}
