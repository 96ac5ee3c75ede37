package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.statistics.KernelStatistics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelDropReportTest {
    private final List<String> log = new ArrayList<>();
    private KernelStatistics first = KernelStatistics.ZERO;
    private KernelStatistics second = KernelStatistics.ZERO;
    private final KernelDropReport report = new KernelDropReport("p", List.of(() -> first, () -> second), log::add);

    @Test
    void shouldTellWhatEachLaneLostAtOnceAndThenNowAndThen() {
        report.turn(0, false);
        assertEquals(List.of(), log);
        first = KernelStatistics.ofQueue(2_000);
        second = KernelStatistics.ofQueue(1).withEarlyDrops(7);
        report.turn(1, false);
        assertEquals(2, log.size(), log::toString);
        assertTrue(log.getFirst().startsWith("port p: kernel.rx_dropped +2,001 (2,001 in all): "), log::toString);
        assertTrue(log.getLast().startsWith("port p: kernel.rx_ring_full +7 (7 in all): "), log::toString);
        first = KernelStatistics.ofQueue(2_010);
        report.turn(2, false);
        assertEquals(2, log.size(), log::toString);
        report.turn(3, true);
        assertTrue(log.getLast().startsWith("port p: kernel.rx_dropped +10 (2,011 in all): "), log::toString);
    }
}
