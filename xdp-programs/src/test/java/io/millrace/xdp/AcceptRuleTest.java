package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptRuleTest {

    @Test
    void shouldReadPortRangeOfUdp() {
        AcceptRule.Conditions rule = AcceptRule.parse("udp dst port 9000-9010").conditions();

        assertEquals(17, rule.protocol());
        assertEquals(new PortRange(9000, 9010), rule.dstPorts());
        assertEquals(AcceptRule.ANY, rule.ethertype());
        assertNull(rule.srcPorts());
        assertNull(rule.dstNet());
        assertNull(rule.srcNet());
    }

    @Test
    void shouldReadNetWithItsFamily() {
        AcceptRule.Conditions rule =
                AcceptRule.parse("ip dst net 239.1.0.0/16 udp").conditions();

        assertEquals("239.1.0.0/16", rule.dstNet().toString());
        assertEquals(0x0800, rule.ethertype());
        assertEquals(17, rule.protocol());
    }

    @Test
    void shouldReadEveryCondition() {
        AcceptRule.Conditions rule = AcceptRule.parse(
                        "  ip6 and tcp src host fd00::1  dst net fd00::/8 src port 1 dst port 2")
                .conditions();

        assertEquals(
                new AcceptRule.Conditions(
                        0x86dd,
                        6,
                        Prefix.parseNet("fd00::/8"),
                        Prefix.parseHost("fd00::1"),
                        new PortRange(2, 2),
                        new PortRange(1, 1)),
                rule);
    }

    @ParameterizedTest
    @CsvSource({
        "icmp, 2048, 1",
        "icmp6, 34525, 58",
        "arp, 2054, -1",
        "ether proto 0x88a4, 34980, -1",
        "ip proto 47, 2048, 47",
        "proto 0x2f, -1, 47",
    })
    void shouldReadKindsOfFrames(String text, int ethertype, int protocol) {
        AcceptRule.Conditions rule = AcceptRule.parse(text).conditions();

        assertEquals(ethertype, rule.ethertype());
        assertEquals(protocol, rule.protocol());
    }

    @Test
    void shouldTakeAnyAddressForTheFamilyAlone() {
        assertEquals(AcceptRule.parse("ip udp"), AcceptRule.parse("udp dst net 0.0.0.0/0"));
        assertEquals(AcceptRule.parse("ip6"), AcceptRule.parse("src net ::/0"));
    }

    @Test
    void shouldEqualWhenConditionsAreTheSame() {
        assertEquals(AcceptRule.parse("udp dst port 9000"), AcceptRule.parse("dst port 9000-9000 and proto 17"));
        assertEquals(
                AcceptRule.parse("udp dst port 9000").hashCode(),
                AcceptRule.parse("dst port 9000 udp").hashCode());
        assertNotEquals(AcceptRule.parse("udp dst port 9000"), AcceptRule.parse("udp src port 9000"));
    }

    @Test
    void shouldPrintWhatWasWritten() {
        AcceptRule rule = AcceptRule.parse(" udp  dst port\t9000 ");

        assertEquals("udp dst port 9000", rule.toString());
        assertEquals(rule, AcceptRule.parse(rule.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "udp dst prot 9000 | 'dst prot' is not known; write 'host', 'net' or 'port' behind 'dst'",
                "upd | unknown word 'upd'; did you mean 'udp'?",
                "ipv6 | unknown word 'ipv6'; did you mean 'ip6'?",
                "icpm6 | unknown word 'icpm6'; did you mean 'icmp6'?",
                "quic | unknown word 'quic'; known are ip ip6 arp",
                "udp or tcp | a rule has no 'or'; write one rule for each alternative",
                "not udp | a rule has no 'not'; write rules for what to accept",
                "vlan 5 | leave it out, rules look through VLAN tags",
                "port 9000 | 'port' lacks a direction; write 'dst port' or 'src port'",
                "udp host 10.0.0.1 | 'host' lacks a direction; write 'dst host' or 'src host'",
                "net 10.0.0.0/8 | 'net' lacks a direction; write 'dst net' or 'src net'",
                "udp dst port | 'port' is the last word; write a port or a range such as 9000-9010 behind it",
                "udp dst | 'dst' is the last word; write 'host', 'net' or 'port' behind it",
                "dst port 65536 | '65536' is no port; write a number from 0 to 65535",
                "dst port 9000- | '9000-' is no port",
                "dst port -1 | '-1' is no port",
                "dst port http | 'http' is no port",
                "dst port 10-9 | port range '10-9' is empty; write the lower port first: 9-10",
                "dst host example.org | 'example.org' is no IP address; write it in numbers",
                "dst host 10.1 | '10.1' is no IP address",
                "dst host 10.0.0.256 | '10.0.0.256' is no IP address",
                "dst host ::ffff:10.0.0.1 | '::ffff:10.0.0.1' is no IP address",
                "dst host fe80::1%eth0 | 'fe80::1%eth0' is no IP address",
                "dst host 10.0.0.0/8 | '10.0.0.0/8' is a net, not a host; write 'net 10.0.0.0/8'",
                "dst net 10.0.0.0 | net '10.0.0.0' lacks a prefix length; write it as in 239.1.0.0/16, or use 'host'",
                "dst net 10.0.0.0/33 | net '10.0.0.0/33' has no valid prefix length; write a number from 0 to 32",
                "dst net fd00::/129 | a number from 0 to 128",
                "dst net 10.0.0.1/8 | net '10.0.0.1/8' has bits set behind its prefix; write 10.0.0.0/8",
                "udp tcp | asks for two protocols (17 and 6) and would never match; write two rules",
                "ip ip6 | asks for two EtherTypes (0x0800 and 0x86dd) and would never match",
                "ip6 dst net 10.0.0.0/8 | asks for two EtherTypes (0x86dd and 0x0800)",
                "dst host 10.0.0.1 src host fd00::1 | asks for two EtherTypes",
                "dst port 1 dst port 2 | 'dst' has two ports; write one rule for each",
                "src host 10.0.0.1 src host 10.0.0.2 | 'src' has two addresses; write one rule for each",
                "arp udp | EtherType 0x0806 has no IP protocol or ports; leave out one or the other",
                "ether proto 0x88a4 dst port 1 | EtherType 0x88a4 has no IP protocol or ports",
                "icmp dst port 1 | protocol 1 has no ports; write 'udp' or 'tcp', or leave the port out",
                "proto 256 | '256' behind 'proto' is no number from 0 to 255; write a protocol number such as 17",
                "proto udp | 'udp' behind 'proto' is no number",
                "ether proto 0x5ff | EtherType 0x05ff is below 0x0600, the smallest; write one such as 0x88a4",
                "ether proto 0x8100 | EtherType 0x8100 is a VLAN tag, and rules look through those",
                "ether host | 'ether host' is not known; write 'ether proto 0x88a4'",
                "'' | accept rule is empty; write conditions such as 'udp dst port 9000'",
            })
    void shouldSayWhatIsWrongAndWhatToWrite(String text, String message) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> AcceptRule.parse(text));

        if (!e.getMessage().contains(message)
                || !e.getMessage().contains(text)
                || e.getMessage().contains("\n")) {
            assertEquals("… '" + text + "': " + message + " …", e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dst port 0",
                "dst port 0-65535",
                "dst host 255.255.255.255",
                "dst net ff00::/8",
                "src net 10.0.0.0/8"
            })
    void shouldTakeTheEndsOfRanges(String text) {
        assertEquals(text, AcceptRule.parse(text).toString());
    }
}
