package io.millrace.spi.config;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Compares the families of two addresses that have to go together. */
public final class Families {
    private Families() {}

    /** Reports the first key if its address is not of the family of the other's. */
    public static void check(
            Problems problems, Settings settings, Key<?> key, InetAddress address, Key<?> otherKey, InetAddress other) {
        if (!AddressText.areOfOneFamily(address, other)) {
            problems.add(
                    settings,
                    key,
                    "is " + AddressText.write(address) + ", and " + otherKey.name() + " is "
                            + AddressText.write(other) + "; write an "
                            + (other instanceof Inet4Address ? "IPv4" : "IPv6")
                            + " address");
        }
    }
}
