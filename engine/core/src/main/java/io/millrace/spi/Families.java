package io.millrace.spi;

import io.millrace.spi.config.AddressText;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Settings;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Checks that two addresses are of the same family. */
public final class Families {
    private Families() {}

    /** Reports the first key if its address is not of the same family as the second key's. */
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
