package io.millrace.xdp;

import static io.millrace.xdp.Frames.ethernet;
import static io.millrace.xdp.Frames.extension;
import static io.millrace.xdp.Frames.ipv4;
import static io.millrace.xdp.Frames.ipv6;
import static io.millrace.xdp.Frames.udp;
import static io.millrace.xdp.Frames.udp4;
import static io.millrace.xdp.Frames.vlan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The BPF program itself, in the kernel: bytes in, verdict out. */
@RootOnly
class AcceptProgramTest {

    private static final int RULE_SETS = 120;
    private static final int FRAMES = 500;

    private int socket;
    private XdpProgram program;
    private ProgramRun run;

    @BeforeEach
    void openSocket() {
        // Not bound: the program asks the map only.
        socket = Libc.socket(libc_h.AF_XDP(), libc_h.SOCK_RAW(), 0);
    }

    @AfterEach
    void close() {
        unload();
        Libc.close(socket);
    }

    private void load(List<AcceptRule> rules) {
        load(rules, CellTable.MAX_CELLS, true);
    }

    private void load(List<AcceptRule> rules, long maxCells, boolean loadBytes) {
        unload();
        program = XdpProgram.load(rules, 1, maxCells, loadBytes);
        program.register(0, socket);
        run = new ProgramRun(program.programFd());
    }

    private void load(String... rules) {
        load(Stream.of(rules).map(AcceptRule::parse).toList());
    }

    private void unload() {
        if (program != null) {
            run.close();
            program.close();
            program = null;
        }
    }

    private boolean accepts(byte[] frame) {
        int verdict = run.verdict(frame);
        assertTrue(verdict == bpf_h.XDP_REDIRECT() || verdict == bpf_h.XDP_PASS(), "verdict " + verdict);
        return verdict == bpf_h.XDP_REDIRECT();
    }

    @Test
    void shouldDecideAsTheRulesDoOneByOne() {
        for (int seed = 0; seed < RULE_SETS; seed++) {
            RandomTraffic traffic = new RandomTraffic(seed);
            List<AcceptRule> rules = traffic.rules(25);
            load(rules, seed % 2 == 0 ? CellTable.MAX_CELLS : 0, seed % 4 < 2);
            long matched = 0;
            long tooShort = 0;
            for (int i = 0; i < FRAMES; i++) {
                byte[] frame = traffic.frame();
                FrameFacts facts = FrameFacts.of(frame);
                boolean expected = facts.acceptedBy(rules);
                matched += expected ? 1 : 0;
                tooShort += facts.tooShort() ? 1 : 0;
                assertEquals(expected, accepts(frame), () -> rules + " on " + facts + " " + Arrays.toString(frame));
            }
            assertEquals(new XdpCounters(matched, FRAMES - matched, tooShort), program.counters());
        }
    }

    @Test
    void shouldDecideOnFramesCutOffAtEveryLength() {
        RandomTraffic traffic = new RandomTraffic(4711);
        load("udp", "tcp dst port 0-65535", "ip dst net 10.0.0.0/8", "arp");
        List<AcceptRule> rules = Stream.of("udp", "tcp dst port 0-65535", "ip dst net 10.0.0.0/8", "arp")
                .map(AcceptRule::parse)
                .toList();
        for (int i = 0; i < 300; i++) {
            byte[] whole = traffic.wholeFrame();
            for (int length = 14; length <= whole.length; length++) {
                byte[] frame = Arrays.copyOf(whole, length);
                assertEquals(FrameFacts.of(frame).acceptedBy(rules), accepts(frame), () -> Arrays.toString(frame));
            }
        }
    }

    @Test
    void shouldAcceptEveryFrameWhenThereIsNoRule() {
        load();

        assertTrue(accepts(new byte[14]));
        assertTrue(accepts(ethernet(0x0806, new byte[28])));
        assertTrue(accepts(udp4("10.0.0.2", 1, 2)));
        assertEquals(new XdpCounters(3, 0, 0), program.counters());
    }

    @Test
    void shouldPassEveryFrameWhenTheQueueHasNoSocket() {
        load();
        program.unregister(0);
        program.unregister(0);

        assertEquals(bpf_h.XDP_PASS(), run.verdict(udp4("10.0.0.2", 1, 2)));
        assertEquals(new XdpCounters(0, 1, 0), program.counters());
    }

    @Test
    void shouldDropWhatTheSocketWouldGetWhileTheGateIsShutAndNothingElse() {
        load("udp dst port 9000");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gate = program.gate(0, arena);
            assertTrue(accepts(udp4("10.0.0.2", 1, 9000)));
            gate.set(ValueLayout.JAVA_INT, 0, 1);
            assertEquals(bpf_h.XDP_DROP(), run.verdict(udp4("10.0.0.2", 1, 9000)));
            assertEquals(bpf_h.XDP_PASS(), run.verdict(udp4("10.0.0.2", 1, 53)), "stays with the kernel");
            gate.set(ValueLayout.JAVA_INT, 0, 0);
            assertTrue(accepts(udp4("10.0.0.2", 1, 9000)));
        }
        assertEquals(new XdpCounters(3, 1, 0, 1), program.counters());
        assertEquals(new XdpCounters(3, 0, 0, 1), program.socketCounters(new int[] {0}));
    }

    /** An engine that shares the program was killed with its gate shut, and its socket is gone. */
    @Test
    void shouldLeaveFramesToTheKernelBehindShutGateWithoutSocket() {
        load();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gate = program.gate(0, arena);
            gate.set(ValueLayout.JAVA_INT, 0, 1);
            program.unregister(0);
            assertEquals(bpf_h.XDP_PASS(), run.verdict(udp4("10.0.0.2", 1, 2)));
            program.register(0, socket);
            assertEquals(0, gate.get(ValueLayout.JAVA_INT, 0));
            assertTrue(accepts(udp4("10.0.0.2", 1, 2)));
        }
    }

    @Test
    void shouldAcceptPortsAndGroupsOfTheContract() {
        load("udp dst port 9000-9010", "ip dst net 239.1.0.0/16 udp");

        assertEquals(
                List.of(false, true, true, false),
                IntStream.of(8999, 9000, 9010, 9011)
                        .mapToObj(port -> accepts(udp4("10.0.0.2", 9000, port)))
                        .toList());
        assertTrue(accepts(udp4("239.1.255.255", 1, 1)));
        assertEquals(false, accepts(udp4("239.2.0.0", 1, 1)));
        assertEquals(false, accepts(ethernet(0x0800, ipv4(1, "239.1.0.1", 0, 0, new byte[8]))));
        assertTrue(accepts(ethernet(0x86dd, ipv6(17, "ff15::1", udp(1, 9005)))));
    }

    @Test
    void shouldLookThroughTwoVlanTagsAndNoMore() {
        load("udp dst port 9000");
        byte[] frame = udp4("10.0.0.2", 1, 9000);

        assertTrue(accepts(vlan(0x8100, frame)));
        assertTrue(accepts(vlan(0x88a8, vlan(0x8100, frame))));
        assertEquals(false, accepts(vlan(0x88a8, vlan(0x8100, vlan(0x8100, frame)))));
    }

    @Test
    void shouldStepOverIpv4Options() {
        load("udp dst port 9000");

        assertTrue(accepts(ethernet(0x0800, ipv4(17, "10.0.0.2", 0, 40, udp(1, 9000)))));
    }

    @Test
    void shouldStepOverIpv6ExtensionHeaders() {
        load("udp dst port 9000");
        byte[] hopByHop = extension(60, 0, 8);
        byte[] destination = extension(51, 2, 24);
        byte[] authentication = extension(17, 4, 24);

        assertTrue(accepts(ethernet(0x86dd, ipv6(0, "fd00::2", hopByHop, destination, authentication, udp(1, 9000)))));
    }

    @Test
    void shouldFindNoProtocolBehindMoreExtensionHeadersThanItWalks() {
        load("udp", "ip6 dst host fd00::9");
        byte[] destination = extension(60, 0, 8);
        byte[] last = extension(17, 0, 8);
        byte[] eight = ethernet(0x86dd, ipv6(60, "fd00::2", repeat(destination, 7, last, udp(1, 9000))));
        byte[] nine = ethernet(0x86dd, ipv6(60, "fd00::2", repeat(destination, 8, last, udp(1, 9000))));
        byte[] nineToHost = ethernet(0x86dd, ipv6(60, "fd00::9", repeat(destination, 8, last, udp(1, 9000))));

        assertTrue(accepts(eight));
        assertEquals(false, accepts(nine));
        assertTrue(accepts(nineToHost));
    }

    private static byte[][] repeat(byte[] part, int times, byte[]... rest) {
        return Stream.concat(Stream.generate(() -> part).limit(times), Stream.of(rest))
                .toArray(byte[][]::new);
    }

    @Test
    void shouldLeaveAllFragmentsToTheKernelWhenTheRuleHasPorts() {
        load("udp dst port 9000");
        byte[] first = ethernet(0x0800, ipv4(17, "10.0.0.2", 0x2000, 0, udp(1, 9000)));
        byte[] second = ethernet(0x0800, ipv4(17, "10.0.0.2", 100, 0, udp(1, 9000)));
        byte[] dontFragment = ethernet(0x0800, ipv4(17, "10.0.0.2", 0x4000, 0, udp(1, 9000)));
        byte[] first6 = ethernet(0x86dd, ipv6(44, "fd00::2", new byte[] {17, 0, 0, 1, 0, 0, 0, 1}, udp(1, 9000)));
        byte[] atomic6 = ethernet(0x86dd, ipv6(44, "fd00::2", new byte[] {17, 0, 0, 0, 0, 0, 0, 1}, udp(1, 9000)));

        assertEquals(
                List.of(false, false, true, false, true),
                Stream.of(first, second, dontFragment, first6, atomic6)
                        .map(this::accepts)
                        .toList());
    }

    @Test
    void shouldAcceptAllFragmentsWhenTheRuleHasNoPorts() {
        load("udp");

        assertTrue(accepts(ethernet(0x0800, ipv4(17, "10.0.0.2", 0x2000, 0, udp(1, 9000)))));
        assertTrue(accepts(ethernet(0x0800, ipv4(17, "10.0.0.2", 100, 0, new byte[3]))));
        assertTrue(accepts(ethernet(0x86dd, ipv6(44, "fd00::2", new byte[] {17, 0, 0, 8, 0, 0, 0, 1}, new byte[3]))));
    }

    @Test
    void shouldHoldTenThousandRules() {
        load(IntStream.range(0, 10_000)
                .mapToObj(i -> AcceptRule.parse("udp dst host " + host(i)))
                .toList());

        for (int i = 0; i < 10_000; i += 97) {
            assertTrue(accepts(udp4(host(i), 1, 2)));
            assertEquals(false, accepts(udp4(host(i + 10_000), 1, 2)));
        }
    }

    @Test
    void shouldHoldTenThousandRulesOfTwoDimensions() {
        load(IntStream.range(0, 10_000)
                .mapToObj(i -> AcceptRule.parse("udp dst host " + host(i) + " dst port " + (20_000 + i)))
                .toList());

        for (int i = 0; i < 10_000; i += 97) {
            assertTrue(accepts(udp4(host(i), 1, 20_000 + i)));
            assertEquals(false, accepts(udp4(host(i), 1, 20_001 + i)));
        }
    }

    private static String host(int i) {
        return "10.1." + i / 250 + "." + i % 250;
    }
}
