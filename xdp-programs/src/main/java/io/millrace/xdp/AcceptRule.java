package io.millrace.xdp;

/**
 * One accept rule: frames that meet all of its conditions go to the AF_XDP socket of their queue. Immutable.
 *
 * <p>The conditions are a subset of tcpdump's, in any order: {@code ip}, {@code ip6}, {@code arp},
 * {@code ether proto N}, {@code udp}, {@code tcp}, {@code icmp}, {@code icmp6}, {@code proto N},
 * {@code src|dst host A}, {@code src|dst net A/N}, {@code src|dst port N[-M]}. Unlike tcpdump's, they look through
 * VLAN tags. docs/accept-rules.md is the reference.
 *
 * <p>Two rules are equal when they have the same conditions, however they were written.
 */
public final class AcceptRule {

    /** Stands for an EtherType or a protocol that the rule does not ask for. */
    static final int ANY = -1;

    static final int ETHERTYPE_IPV4 = 0x0800;
    static final int ETHERTYPE_ARP = 0x0806;
    static final int ETHERTYPE_IPV6 = 0x86dd;

    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    private final String text;
    private final Conditions conditions;

    AcceptRule(String text, Conditions conditions) {
        this.text = text;
        this.conditions = conditions;
    }

    /**
     * Reads a rule.
     *
     * @param text for example "udp dst port 9000-9010"
     * @return the rule
     * @throws IllegalArgumentException if the text is no rule; the message says what is wrong and what to write instead
     */
    public static AcceptRule parse(String text) {
        return new AcceptRuleParser(text).parse();
    }

    Conditions conditions() {
        return conditions;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AcceptRule that && conditions.equals(that.conditions);
    }

    @Override
    public int hashCode() {
        return conditions.hashCode();
    }

    /**
     * The rule as it was written, its words one space apart.
     *
     * @return text that {@link #parse} takes
     */
    @Override
    public String toString() {
        return text;
    }

    /**
     * The conditions of a rule, all of which a frame must meet.
     *
     * @param ethertype the EtherType behind any VLAN tags, or {@link #ANY}; if there are addresses, the one of their
     *                  family
     * @param protocol  the IP protocol, behind any IPv6 extension headers, or {@link #ANY}
     * @param dstNet    where the frame goes, or null for anywhere
     * @param srcNet    where the frame comes from, or null for anywhere
     * @param dstPorts  destination ports of UDP or TCP, or null for frames with any or no ports
     * @param srcPorts  source ports of UDP or TCP, or null for frames with any or no ports
     */
    record Conditions(
            int ethertype, int protocol, Prefix dstNet, Prefix srcNet, PortRange dstPorts, PortRange srcPorts) {}
}
