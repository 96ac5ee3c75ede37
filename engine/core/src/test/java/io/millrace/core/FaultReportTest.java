package io.millrace.core;

import static io.millrace.bindings.libc.libc_h.ECONNREFUSED;
import static io.millrace.bindings.libc.libc_h.ENETUNREACH;
import static io.millrace.bindings.libc.libc_h.EPERM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.EndpointView;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.FaultDetails;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultReportTest {
    private static final long START_NS = Long.MAX_VALUE - 5; // clocks may wrap

    private final PortCounters counters = new PortCounters(new EngineCounters(), "p");
    private final List<String> log = new ArrayList<>();
    private FaultReport report;

    @BeforeEach
    void make() {
        report = new FaultReport("p", List.of(counters), (fault, errno) -> fault.advice() + " " + errno, log::add);
    }

    @Test
    void shouldBeSilentWhenNothingIsWrong() {
        counters.add(PortCounter.RX_FRAMES, 5);
        counters.add(PortCounter.DROPPED_BY_STAGE, 5);
        report.turn(START_NS, false);
        report.turn(START_NS, true);
        assertEquals(List.of(), log);
    }

    @Test
    void shouldTellEachKindAtOnceAndThenNowAndThen() {
        counters.add(PortCounter.DROPPED_TX_FULL, 3);
        report.turn(START_NS, false);
        counters.add(PortCounter.DROPPED_TX_FULL, 4);
        counters.add(PortCounter.DROPPED_GONE, 1);
        report.turn(START_NS + 1, false);
        report.turn(START_NS + Repeats.QUIET_NS - 1, false);
        assertEquals(2, log.size(), log::toString);
        assertTrue(log.getFirst().startsWith("port p: dropped.tx_full +3 (3 in all): "), log::toString);
        assertTrue(log.getLast().startsWith("port p: dropped.gone +1 (1 in all): "), log::toString);
        report.turn(START_NS + Repeats.QUIET_NS, false);
        report.turn(START_NS + 3 * Repeats.QUIET_NS, false);
        assertEquals(3, log.size(), log::toString);
        assertTrue(log.getLast().startsWith("port p: dropped.tx_full +4 (7 in all): "), log::toString);
    }

    @Test
    void shouldTellWhatIsLeftAtTheEnd() {
        counters.add(PortCounter.TX_FAILED, 1);
        report.turn(START_NS, false);
        counters.add(PortCounter.TX_FAILED, 1);
        report.turn(START_NS + 1, true);
        assertEquals(2, log.size(), log::toString);
    }

    /** Both count, and the statistics have both; one line is enough for one event. */
    @Test
    void shouldLeaveToAnotherKindWhatThatTells() {
        EndpointView peer = new EndpointView();
        peer.setIpv4(0x0a000001, 4000);
        counters.fault(PortCounter.MESSAGES_CUT, 1, EPERM(), peer);
        counters.faultToldElsewhere(PortCounter.FAILED, EPERM(), peer);
        report.turn(START_NS, false);
        report.turn(START_NS + 1, true);
        assertEquals(1, log.size(), log::toString);
        assertTrue(log.getFirst().startsWith("port p: connections.messages_cut +1 (1 in all"), log::toString);
        assertEquals(1, counters.get(PortCounter.FAILED));
        assertEquals("EPERM", counters.lastFault(PortCounter.FAILED).error());
        assertEquals(Map.of("failed", Map.of("EPERM", 1L), "messages_cut", Map.of("EPERM", 1L)), counters.errors());
        counters.fault(PortCounter.FAILED, 1, EPERM(), peer);
        report.turn(START_NS + 2, true);
        assertEquals(2, log.size(), log::toString);
        assertTrue(log.getLast().startsWith("port p: connections.failed +1 (1 in all"), log::toString);
    }

    @Test
    void shouldTellWhatIsKnownOfTheLastOne() {
        EndpointView peer = new EndpointView();
        peer.setIpv4(0x0a000001, 4000);
        counters.fault(PortCounter.FAILED, 1, ECONNREFUSED(), peer);
        counters.wayOf(PortCounter.DROPPED_INVALID, "out");
        counters.add(PortCounter.DROPPED_INVALID, 2);
        report.turn(START_NS, false);
        assertTrue(log.getFirst().contains("(2 in all, to out)"), log::toString);
        assertTrue(log.getLast().contains("(1 in all, the last by ECONNREFUSED with 10.0.0.1:4000)"), log::toString);
        peer.setIpv6(0x20010db8L << 32, 1, 80);
        counters.fault(PortCounter.FAILED, 1, 0, peer);
        FaultDetails last = counters.lastFault(PortCounter.FAILED);
        assertEquals("", last.error());
        assertEquals("[2001:db8:0:0:0:0:0:1]:80", last.peer());
    }

    /** One peer without a route must not hide that a firewall takes all others. */
    @Test
    void shouldTellEachErrorByItself() {
        EndpointView peer = new EndpointView();
        peer.setIpv4(0x0a000001, 4000);
        counters.fault(PortCounter.TX_FAILED, 2, ENETUNREACH(), peer);
        report.turn(START_NS, false);
        peer.setIpv4(0x0a000002, 4000);
        counters.fault(PortCounter.TX_FAILED, 3, EPERM(), peer);
        counters.add(PortCounter.TX_FAILED, 4);
        report.turn(START_NS + 1, false);
        counters.fault(PortCounter.TX_FAILED, 1, ENETUNREACH(), peer);
        report.turn(START_NS + 2, false);
        assertEquals(3, log.size(), log::toString);
        assertTrue(log.get(0).contains("+2 (2 in all, the last by ENETUNREACH with 10.0.0.1:4000)"), log::toString);
        assertTrue(log.get(0).endsWith(" " + ENETUNREACH()), log::toString);
        assertTrue(log.get(1).contains("+3 (3 in all, the last by EPERM with 10.0.0.2:4000)"), log::toString);
        assertTrue(log.get(2).contains("+4 (4 in all)"), log::toString);
        report.turn(START_NS + 3, true);
        assertTrue(log.get(3).contains("+1 (3 in all, the last by ENETUNREACH with 10.0.0.2:4000)"), log::toString);
        assertEquals(Map.of("tx_failed", Map.of("ENETUNREACH", 3L, "EPERM", 3L)), counters.errors());
    }

    /** What the program has asked for is counted, and is no news. */
    @Test
    void shouldTellNothingOfWhatIsWanted() {
        counters.addWanted(PortCounter.FAILED, 5);
        report.turn(START_NS, true);
        assertEquals(List.of(), log);
        counters.fault(PortCounter.FAILED, 1, ECONNREFUSED(), null);
        counters.addWanted(PortCounter.FAILED, 2);
        report.turn(START_NS + 1, true);
        assertEquals(1, log.size(), log::toString);
        assertTrue(log.getFirst().contains("failed +1 (1 in all, the last by ECONNREFUSED)"), log::toString);
        assertEquals(8, counters.get(PortCounter.FAILED));
    }

    @Test
    void shouldAddUpWhatLanesCount() {
        PortCounters other = new PortCounters(new EngineCounters(), "p");
        report = new FaultReport("p", List.of(counters, other), (fault, errno) -> fault.advice(), log::add);
        counters.add(PortCounter.RX_TRUNCATED, 1);
        other.add(PortCounter.RX_TRUNCATED, 2);
        report.turn(START_NS, false);
        assertTrue(log.getFirst().contains("+3 (3 in all)"), log::toString);
    }
}
