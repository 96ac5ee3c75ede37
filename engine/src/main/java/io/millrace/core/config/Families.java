package io.millrace.core.config;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Compares the families of two addresses that have to go together. */
final class Families {

    private Families() {}

    /** Reports the first key if its address is not of the family of the other's. */
    static void check(
            SettingsBlock block, ConfigKey<?> key, InetAddress address, ConfigKey<?> otherKey, InetAddress other) {
        if (!AddressText.areOfOneFamily(address, other)) {
            block.problem(
                    key,
                    "is " + AddressText.write(address) + ", and " + otherKey.name() + " is "
                            + AddressText.write(other) + "; write an "
                            + (other instanceof Inet4Address ? "IPv4" : "IPv6")
                            + " address");
        }
    }
}
