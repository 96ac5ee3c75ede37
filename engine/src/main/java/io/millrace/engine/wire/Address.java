package io.millrace.engine.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Addresses as people write them; allocates. */
final class Address {

    private Address() {
    }

    static String mac(final long address) {
        final StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format("%02x", address >>> shift & 0xff)).append(shift > 0 ? ":" : "");
        }
        return text.toString();
    }

    static String ipv4(final int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    static String ipv6(final long high, final long low) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(16).putLong(high).putLong(low).array())
                .getHostAddress();
        } catch (final UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }
}
