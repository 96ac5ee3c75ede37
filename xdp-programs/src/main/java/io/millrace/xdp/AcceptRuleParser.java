package io.millrace.xdp;

import io.millrace.text.EditDistance;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the text of an {@link AcceptRule}: conditions in any order, each at most once, and no two that no frame can
 * meet together.
 */
final class AcceptRuleParser {

    private static final List<String> WORDS = List.of(
            "ip", "ip6", "arp", "ether", "udp", "tcp", "icmp", "icmp6", "proto", "src", "dst", "host", "net", "port",
            "and");

    /** Words of tcpdump that rules do not have, and that people who know tcpdump try. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "or", "a rule has no 'or'; write one rule for each alternative",
            "||", "a rule has no '||'; write one rule for each alternative",
            "not", "a rule has no 'not'; write rules for what to accept",
            "!", "a rule has no '!'; write rules for what to accept",
            "portrange", "'portrange' is not known; write 'dst port 9000-9010'",
            "vlan", "'vlan' is not known; leave it out, rules look through VLAN tags");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}|0[xX][0-9a-fA-F]{1,4}");

    private static final int SMALLEST_ETHERTYPE = 0x600;
    private static final int VLAN = 0x8100;
    private static final int PROVIDER_VLAN = 0x88a8;

    private final String text;
    private final Iterator<String> words;

    private int ethertype = AcceptRule.ANY;
    private int protocol = AcceptRule.ANY;
    private Prefix dstNet;
    private Prefix srcNet;
    private PortRange dstPorts;
    private PortRange srcPorts;

    AcceptRuleParser(String text) {
        this.text = text.strip().replaceAll("\\s+", " ");
        words = List.of(this.text.split(" ")).iterator();
    }

    AcceptRule parse() {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "accept rule is empty; write conditions such as 'udp dst port 9000', or an empty list to"
                            + " accept all");
        }
        try {
            while (words.hasNext()) {
                condition(words.next());
            }
            return new AcceptRule(text, conclude());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("accept rule '" + text + "': " + e.getMessage(), e);
        }
    }

    private void condition(String word) {
        switch (word) {
            case "and" -> {}
            case "ip" -> ethertype(AcceptRule.ETHERTYPE_IPV4);
            case "ip6" -> ethertype(AcceptRule.ETHERTYPE_IPV6);
            case "arp" -> ethertype(AcceptRule.ETHERTYPE_ARP);
            case "ether" -> ethertype(etherProto());
            case "udp" -> protocol(AcceptRule.UDP);
            case "tcp" -> protocol(AcceptRule.TCP);
            case "icmp" -> {
                ethertype(AcceptRule.ETHERTYPE_IPV4);
                protocol(AcceptRule.ICMP);
            }
            case "icmp6" -> {
                ethertype(AcceptRule.ETHERTYPE_IPV6);
                protocol(AcceptRule.ICMPV6);
            }
            case "proto" -> protocol(number("proto", 0xff, "a protocol number such as 17"));
            case "src", "dst" -> directed(word);
            case "host", "net", "port" ->
                throw new IllegalArgumentException(
                        "'" + word + "' lacks a direction; write 'dst " + word + "' or 'src " + word + "'");
            default -> throw unknown(word);
        }
    }

    private void directed(String direction) {
        String kind = next(direction, "'host', 'net' or 'port'");
        switch (kind) {
            case "host" -> net(direction, Prefix.parseHost(next("host", "an address")));
            case "net" -> net(direction, Prefix.parseNet(next("net", "a net such as 239.1.0.0/16")));
            case "port" -> ports(direction, PortRange.parse(next("port", "a port or a range such as 9000-9010")));
            default ->
                throw new IllegalArgumentException("'" + direction + " " + kind
                        + "' is not known; write 'host', 'net' or 'port' behind '" + direction + "'");
        }
    }

    private int etherProto() {
        String proto = next("ether", "'proto' and an EtherType");
        if (!proto.equals("proto")) {
            throw new IllegalArgumentException("'ether " + proto + "' is not known; write 'ether proto 0x88a4'");
        }
        int number = number("ether proto", 0xffff, "an EtherType such as 0x88a4");
        if (number < SMALLEST_ETHERTYPE) {
            throw new IllegalArgumentException(
                    "EtherType " + hex(number) + " is below 0x0600, the smallest; write one such as 0x88a4");
        }
        if (number == VLAN || number == PROVIDER_VLAN) {
            throw new IllegalArgumentException("EtherType " + hex(number)
                    + " is a VLAN tag, and rules look through those; name the EtherType behind it");
        }
        return number;
    }

    private void ethertype(int wanted) {
        if (ethertype != AcceptRule.ANY && ethertype != wanted) {
            throw neverMatches("asks for two EtherTypes (" + hex(ethertype) + " and " + hex(wanted) + ")");
        }
        ethertype = wanted;
    }

    private void protocol(int wanted) {
        if (protocol != AcceptRule.ANY && protocol != wanted) {
            throw neverMatches("asks for two protocols (" + protocol + " and " + wanted + ")");
        }
        protocol = wanted;
    }

    private void net(String direction, Prefix wanted) {
        boolean dst = direction.equals("dst");
        if ((dst ? dstNet : srcNet) != null) {
            throw new IllegalArgumentException("'" + direction + "' has two addresses; write one rule for each");
        }
        ethertype(wanted.ethertype());
        if (dst) {
            dstNet = wanted;
        } else {
            srcNet = wanted;
        }
    }

    private void ports(String direction, PortRange wanted) {
        boolean dst = direction.equals("dst");
        if ((dst ? dstPorts : srcPorts) != null) {
            throw new IllegalArgumentException("'" + direction + "' has two ports; write one rule for each");
        }
        if (dst) {
            dstPorts = wanted;
        } else {
            srcPorts = wanted;
        }
    }

    private AcceptRule.Conditions conclude() {
        boolean hasPorts = dstPorts != null || srcPorts != null;
        boolean isIp = ethertype == AcceptRule.ETHERTYPE_IPV4 || ethertype == AcceptRule.ETHERTYPE_IPV6;
        if (ethertype != AcceptRule.ANY && !isIp && (hasPorts || protocol != AcceptRule.ANY)) {
            throw new IllegalArgumentException(
                    "EtherType " + hex(ethertype) + " has no IP protocol or ports; leave out one or the other");
        }
        if (hasPorts && protocol != AcceptRule.ANY && protocol != AcceptRule.UDP && protocol != AcceptRule.TCP) {
            throw new IllegalArgumentException(
                    "protocol " + protocol + " has no ports; write 'udp' or 'tcp', or leave the port out");
        }
        return new AcceptRule.Conditions(ethertype, protocol, unlessAll(dstNet), unlessAll(srcNet), dstPorts, srcPorts);
    }

    /** A net of length 0 is left out: the EtherType of its family means the same, without a look-up. */
    private static Prefix unlessAll(Prefix net) {
        return net == null || net.length() == 0 ? null : net;
    }

    private int number(String word, int limit, String example) {
        String number = next(word, example);
        if (!NUMBER.matcher(number).matches() || value(number) > limit) {
            throw new IllegalArgumentException(
                    "'" + number + "' behind '" + word + "' is no number from 0 to " + limit + "; write " + example);
        }
        return value(number);
    }

    /** Reads a decimal or hexadecimal number; a leading 0 does not make it octal. */
    private static int value(String number) {
        boolean hexadecimal = number.startsWith("0x") || number.startsWith("0X");
        return hexadecimal ? Integer.parseInt(number.substring(2), 16) : Integer.parseInt(number);
    }

    private String next(String word, String wanted) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException("'" + word + "' is the last word; write " + wanted + " behind it");
        }
        return words.next();
    }

    private static IllegalArgumentException neverMatches(String what) {
        return new IllegalArgumentException(what + " and would never match; write two rules");
    }

    private static IllegalArgumentException unknown(String word) {
        String elsewhere = ELSEWHERE.get(word);
        if (elsewhere != null) {
            return new IllegalArgumentException(elsewhere);
        }
        String nearest = EditDistance.nearest(word, WORDS);
        return new IllegalArgumentException("unknown word '" + word + "'; "
                + (nearest == null ? "known are " + String.join(" ", WORDS) : "did you mean '" + nearest + "'?"));
    }

    private static String hex(int number) {
        return String.format(Locale.ROOT, "0x%04x", number);
    }
}
