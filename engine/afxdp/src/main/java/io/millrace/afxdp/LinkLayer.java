package io.millrace.afxdp;

import io.millrace.HostException;
import java.util.Map;

/**
 * Checks that the frames of an interface begin with an Ethernet header, which rules, stages and {@code encapsulate}
 * rely on. An interface whose frames begin with anything else, for instance a tunnel's with the IP header, is refused.
 * Cold.
 */
public final class LinkLayer {
    // linux/if_arp.h: ARPHRD_ETHER and the others.
    private static final int ETHERNET = 1;
    private static final int LOOPBACK = 772;
    private static final int NONE = 65534;
    private static final Map<Integer, String> KINDS = Map.ofEntries(
            Map.entry(32, "InfiniBand"),
            Map.entry(280, "CAN"),
            Map.entry(512, "PPP"),
            Map.entry(519, "raw IP"),
            Map.entry(768, "an ipip tunnel"),
            Map.entry(769, "an ip6tnl tunnel"),
            Map.entry(776, "a sit tunnel"),
            Map.entry(778, "a gre tunnel"),
            Map.entry(801, "802.11"),
            Map.entry(803, "802.11 with radiotap"),
            Map.entry(805, "802.15.4"),
            Map.entry(823, "an ip6gre tunnel"),
            Map.entry(824, "a netlink monitor"),
            Map.entry(NONE, "none, as of tun and WireGuard"));

    private LinkLayer() {}

    /**
     * Refuses an interface of the calling thread's network namespace whose frames are not Ethernet frames.
     *
     * @throws HostException if there is no interface of this name, or its frames have no Ethernet header
     */
    public static void requireEthernet(String interfaceName) {
        require(NetDevice.find(interfaceName));
    }

    static void require(NetDevice device) {
        String kind = otherThanEthernet(device);
        if (!kind.isEmpty()) {
            throw HostException.dueTo(
                    "interface",
                    "frames of " + device.name() + " have no Ethernet header (link"
                            + " layer: " + kind
                            + "); use the Ethernet interface below the tunnel, a tap or gretap in its place,"
                            + " or a port of type udp or tcp",
                    null);
        }
    }

    /** Says what the frames of an interface begin with instead of an Ethernet header; "" if they have one. */
    static String otherThanEthernet(NetDevice device) {
        int type = device.hardwareType();
        return type == ETHERNET || type == LOOPBACK ? "" : KINDS.getOrDefault(type, "ARPHRD " + type);
    }
}
