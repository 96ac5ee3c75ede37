package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompiledRulesTest {

    private static final int RULE_SETS = 500;
    private static final int FRAMES = 300;

    @Test
    void shouldAcceptTheSameFramesAsTheRulesOneByOne() {
        int accepted = 0;
        for (int seed = 0; seed < RULE_SETS; seed++) {
            RandomTraffic traffic = new RandomTraffic(seed);
            List<AcceptRule> rules = traffic.rules(30);
            TableLookUp tables = new TableLookUp(CompiledRules.compile(rules));
            for (int i = 0; i < FRAMES; i++) {
                FrameFacts frame = FrameFacts.of(traffic.frame());
                boolean expected = frame.acceptedBy(rules);
                accepted += expected ? 1 : 0;
                int number = i;
                assertEquals(expected, tables.accepts(frame), () -> rules + " on " + frame + " number " + number);
            }
        }
        int all = RULE_SETS * FRAMES;
        assertTrue(accepted > all / 5 && accepted < all * 4 / 5, accepted + " of " + all + " show little");
    }

    @Test
    void shouldNeedOneKeyPerRuleWhenNothingOverlaps() {
        List<AcceptRule> rules =
            IntStream.range(0, 10_000).mapToObj(port -> AcceptRule.parse("udp dst port " + (port + 1000))).toList();

        CompiledRules compiled = CompiledRules.compile(rules);

        assertEquals(10_000, compiled.keyCount());
        assertEquals(1, compiled.shapes().size());
    }

    @Test
    void shouldHoldOneOfEqualRules() {
        CompiledRules compiled = CompiledRules.compile(
            List.of(AcceptRule.parse("udp dst port 1"), AcceptRule.parse("dst port 1 udp"), AcceptRule.parse("udp")));

        assertEquals(2, compiled.keyCount());
        assertEquals(2, compiled.shapes().size());
    }

    @Test
    void shouldHaveNoShapeWhenThereIsNoRule() {
        assertEquals(List.of(), CompiledRules.compile(List.of()).shapes());
    }

    @Test
    void shouldRefuseRulesThatCutEachOtherIntoTooManyPieces() {
        Stream<AcceptRule> ports = IntStream.range(0, 2000).mapToObj(port -> AcceptRule.parse("udp dst port " + port));
        Stream<AcceptRule> hosts = IntStream.range(0, 2000)
            .mapToObj(i -> AcceptRule.parse("udp dst host 10.0." + i / 250 + "." + i % 250));
        AcceptRule wide = AcceptRule.parse("dst net 10.0.0.0/8 dst port 0-5000");

        IllegalArgumentException e = assertThrows(
            IllegalArgumentException.class,
            () -> CompiledRules.compile(Stream.of(ports, hosts, Stream.of(wide)).flatMap(rules -> rules).toList()));

        assertEquals(
            "accept: 4001 rules need more than the 1048576 table entries there may be, because their nets and ports cut"
                + " each other into many pieces ('" + wide + "' alone into 4004001); use fewer overlapping nets and port"
                + " ranges, or drop conditions from the widest rules",
            e.getMessage());
    }

    @Test
    void shouldCountPiecesWithoutOverflow() {
        List<AcceptRule> rules = new ArrayList<>();
        for (int port = 0; port < 65536; port++) {
            rules.add(AcceptRule.parse("dst port " + port));
            rules.add(AcceptRule.parse("src port " + port));
        }
        rules.add(AcceptRule.parse("src port 0-65535 dst port 0-65535"));

        assertThrows(IllegalArgumentException.class, () -> CompiledRules.compile(rules));
        assertEquals(131072, CompiledRules.compile(rules.subList(0, 131072)).keyCount());
    }

    /** The look-ups of accept.bpf.c over plain collections. */
    private static final class TableLookUp {

        private final CompiledRules compiled;
        private final Set<RuleKey> keys = new HashSet<>();

        TableLookUp(CompiledRules compiled) {
            this.compiled = compiled;
            compiled.forEachKey((key, number) -> keys.add(key));
            assertTrue(keys.size() <= compiled.keyCount());
        }

        boolean accepts(FrameFacts frame) {
            if (frame.tooShort()) {
                return false;
            }
            int dst = longestMatch(compiled.dstNets(), frame.dst());
            int src = longestMatch(compiled.srcNets(), frame.src());
            int dstPort = frame.dstPort() < 0 ? 0 : compiled.dstPorts().of(frame.dstPort());
            int srcPort = frame.srcPort() < 0 ? 0 : compiled.srcPorts().of(frame.srcPort());
            return compiled.shapes().stream().anyMatch(shape -> keys.contains(new RuleKey(
                shape,
                (shape & AcceptLayout.ETHERTYPE) != 0 ? frame.ethertype() : 0,
                (shape & AcceptLayout.PROTOCOL) != 0 ? frame.protocol() : 0,
                (shape & AcceptLayout.DST_NET) != 0 ? dst : 0,
                (shape & AcceptLayout.SRC_NET) != 0 ? src : 0,
                (shape & AcceptLayout.DST_PORT) != 0 ? dstPort : 0,
                (shape & AcceptLayout.SRC_PORT) != 0 ? srcPort : 0)));
        }

        private static int longestMatch(NetClasses nets, byte[] address) {
            if (address == null) {
                return 0;
            }
            Prefix host = Prefix.ofHost(address);
            return IntStream.range(0, nets.prefixes().size())
                .filter(i -> nets.prefixes().get(i).contains(host))
                .boxed()
                .max(Comparator.comparingInt(i -> nets.prefixes().get(i).length()))
                .map(i -> i + 1)
                .orElse(0);
        }
    }
}
