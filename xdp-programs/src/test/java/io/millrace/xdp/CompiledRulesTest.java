package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
            CompiledRules compiled = CompiledRules.compile(rules);
            CellTable cells = CellTable.of(compiled, CellTable.MAX_CELLS);
            KeyTable keys = new KeyTable(compiled);
            for (int i = 0; i < FRAMES; i++) {
                FrameFacts frame = FrameFacts.of(traffic.frame());
                int[] classes = classes(compiled, frame);
                boolean expected = frame.acceptedBy(rules);
                accepted += expected ? 1 : 0;
                assertEquals(expected, !frame.tooShort() && accepts(cells, classes), () -> rules + " on " + frame);
                assertEquals(expected, !frame.tooShort() && keys.accept(classes), () -> rules + " on " + frame);
            }
        }
        int all = RULE_SETS * FRAMES;
        assertTrue(accepted > all / 5 && accepted < all * 4 / 5, accepted + " of " + all + " show little");
    }

    @Test
    void shouldNeedOneKeyPerRuleWhenNothingOverlaps() {
        List<AcceptRule> rules = IntStream.range(0, 10_000)
                .mapToObj(port -> AcceptRule.parse("udp dst port " + (port + 1000)))
                .toList();

        CompiledRules compiled = CompiledRules.compile(rules);

        assertEquals(10_000, new RuleKeys(compiled).count());
        assertEquals(List.of(Dimension.PROTOCOL.bit() | Dimension.DST_PORT.bit()), compiled.shapes());
    }

    @Test
    void shouldHoldOneOfEqualRules() {
        CompiledRules compiled = CompiledRules.compile(List.of(
                AcceptRule.parse("udp dst port 1"), AcceptRule.parse("dst port 1 udp"), AcceptRule.parse("udp")));

        assertEquals(2, compiled.ruleCount());
        assertEquals(2, compiled.shapes().size());
    }

    @Test
    void shouldHaveNoShapeWhenThereIsNoRule() {
        assertEquals(List.of(), CompiledRules.compile(List.of()).shapes());
    }

    @Test
    void shouldNotMakeCellsThatWouldTakeMoreThanTheyMay() {
        CompiledRules compiled = CompiledRules.compile(List.of(AcceptRule.parse("udp dst port 1-5")));

        assertEquals(1, CellTable.of(compiled, 4).bits().length);
        assertNull(CellTable.of(compiled, 3));
    }

    @Test
    void shouldNotMakeCellsThatWouldTakeLongToFill() {
        // Few cells more than there may be rules for, each of which would set most of them.
        List<AcceptRule> rules = IntStream.range(0, 4000)
                .mapToObj(i ->
                        AcceptRule.parse("src port " + i + "-" + (65535 - i) + " dst port " + i + "-" + (65535 - i)))
                .toList();

        assertNull(CellTable.of(CompiledRules.compile(rules), Integer.MAX_VALUE));
    }

    @Test
    void shouldRefuseRulesThatCutEachOtherIntoTooManyPieces() {
        Stream<AcceptRule> ports = IntStream.range(0, 6000).mapToObj(port -> AcceptRule.parse("udp dst port " + port));
        Stream<AcceptRule> hosts = IntStream.range(0, 6000)
                .mapToObj(i -> AcceptRule.parse("udp dst host 10.0." + i / 250 + "." + i % 250));
        AcceptRule wide = AcceptRule.parse("dst net 10.0.0.0/8 dst port 0-7000");
        CompiledRules compiled = CompiledRules.compile(
                Stream.of(ports, hosts, Stream.of(wide)).flatMap(rules -> rules).toList());

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new AcceptTables(compiled, CellTable.MAX_CELLS));

        assertEquals(
                "accept: 12001 rules need more than the 1048576 table entries there may be, because their nets"
                        + " and ports"
                        + " cut each other into many pieces ('" + wide
                        + "' alone into 36012001); use fewer overlapping nets"
                        + " and port ranges, or drop conditions from the widest rules",
                e.getMessage());
    }

    @Test
    void shouldCountPiecesWithoutOverflow() {
        List<AcceptRule> rules = new ArrayList<>();
        for (int port = 0; port < 65536; port++) {
            rules.add(AcceptRule.parse("dst port " + port));
            rules.add(AcceptRule.parse("src port " + port));
        }
        assertEquals(131072, new RuleKeys(CompiledRules.compile(rules)).count());

        rules.add(AcceptRule.parse("src port 0-65535 dst port 0-65535"));
        CompiledRules compiled = CompiledRules.compile(rules);
        assertThrows(IllegalArgumentException.class, () -> new RuleKeys(compiled));
        assertNull(CellTable.of(compiled, CellTable.MAX_CELLS));
    }

    /** What the class tables and tries of the program say of a frame. */
    private static int[] classes(CompiledRules rules, FrameFacts frame) {
        return new int[] {
            rules.ethertypes().of(frame.ethertype()),
            rules.protocols().of(frame.protocol()),
            longestMatch(rules.dstNets(), frame.dst()),
            longestMatch(rules.srcNets(), frame.src()),
            frame.dstPort() < 0 ? 0 : rules.dstPorts().of(frame.dstPort()),
            frame.srcPort() < 0 ? 0 : rules.srcPorts().of(frame.srcPort())
        };
    }

    private static int longestMatch(NetClasses nets, byte[] address) {
        if (address == null) {
            return 0;
        }
        Prefix host = Prefix.ofHost(address);
        return IntStream.range(0, nets.count())
                .filter(i -> nets.prefixes().get(i).contains(host))
                .boxed()
                .max(Comparator.comparingInt(i -> nets.prefixes().get(i).length()))
                .map(i -> i + 1)
                .orElse(0);
    }

    private static boolean accepts(CellTable cells, int[] classes) {
        int cell = 0;
        for (Dimension dimension : Dimension.values()) {
            cell += classes[dimension.ordinal()] * cells.stride(dimension);
        }
        return (cells.bits()[cell / Long.SIZE] >>> cell % Long.SIZE & 1) != 0;
    }

    /** The hash table of the program over a plain set. */
    private static final class KeyTable {

        private final List<Integer> shapes;
        private final Set<List<Integer>> keys = new HashSet<>();

        KeyTable(CompiledRules compiled) {
            shapes = compiled.shapes();
            RuleKeys ruleKeys = new RuleKeys(compiled);
            ruleKeys.forEach((shape, classes, number) -> keys.add(key(shape, classes)));
            assertTrue(keys.size() <= ruleKeys.count());
        }

        boolean accept(int[] classes) {
            return shapes.stream().anyMatch(shape -> keys.contains(key(shape, classes)));
        }

        private static List<Integer> key(int shape, int[] classes) {
            IntStream inShape = IntStream.range(0, classes.length).map(i -> (shape >> i & 1) == 0 ? 0 : classes[i]);
            return IntStream.concat(IntStream.of(shape), inShape).boxed().toList();
        }
    }
}
