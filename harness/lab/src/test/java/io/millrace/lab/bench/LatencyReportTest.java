package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.LatencyRound.Times;
import io.millrace.lab.bench.results.Chart;
import io.millrace.lab.bench.results.Section;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyReportTest {
    private static final Settings SETTINGS = new Settings(2, 1, 1, 1, 64, 0, 0, 1, 1, 0, Mode.BUSY);
    private static final List<Entrant> ENTRANTS = List.of(
            Entrant.of(
                    Suite.AFXDP_REFLECT,
                    new Contenders(Family.AF_XDP, Path.of(""))
                            .of(List.of("engine"))
                            .getFirst()),
            Entrant.of(
                    Suite.UDP_ECHO,
                    new Contenders(Family.UDP, Path.of(""))
                            .of(List.of("engine"))
                            .getFirst()));

    private static LatencyRound round(int entrant, double ns, double waited) {
        Map<Load, Times> loads = new EnumMap<>(Load.class);
        for (Load load : Load.values()) {
            double all = ns * (1 + load.ordinal());
            loads.put(
                    load,
                    new Times(
                            new double[] {all, 2 * all, 3 * all, 4 * all, 5 * all, 6 * all},
                            1_000,
                            load.ordinal(),
                            CpuDistance.UNKNOWN));
        }
        return new LatencyRound(ENTRANTS.get(entrant).name(), 1e6 / (1 + entrant), loads, waited, "", "");
    }

    private static Section section(LatencyRound... rounds) {
        return new LatencyReport(SETTINGS, ENTRANTS, List.of(rounds)).section("title");
    }

    @Test
    void shouldDrawACurveForEachUnderEachLoad() {
        Section section = section(round(0, 1_000, 0), round(1, 4_000, 0), round(1, 4_000, 0), round(0, 3_000, 0));
        assertEquals(1 + Load.values().length, section.charts().size());
        Chart one = section.charts().get(1);
        assertEquals(
                List.of("engine", "engine-udp"),
                one.series().stream().map(Chart.Series::name).toList());
        assertEquals(
                List.of(1_000.0, 3_000.0),
                one.series().getFirst().points().getFirst().samples());
        assertEquals(1, one.series().getFirst().points().getLast().at());
        assertEquals(
                24_000,
                section.charts()
                                .getLast()
                                .series()
                                .get(1)
                                .points()
                                .get(1)
                                .spread()
                                .median()
                        * 3
                        / 4);
    }

    @Test
    void shouldDivideTurnsBesideEachOther() {
        Section section = section(round(0, 1_000, 0), round(1, 4_000, 0), round(1, 4_000, 0), round(0, 3_000, 0));
        assertEquals("p50, one in flight", section.ratios().getFirst().figure());
        assertEquals(List.of(0.25, 0.75), section.ratios().getFirst().samples());
        assertTrue(
                section.notes().contains("engine / engine-udp: p50, one in flight 0.50 (0.25..0.75)"),
                section.notes()::toString);
    }

    @Test
    void shouldTellWhatWasLostAndLeaveDisturbedTurnsOut() {
        Section section = section(round(0, 1_000, 0), round(1, 4_000, 0), round(1, 9_000, 0.5));
        assertEquals("0", section.table().rows().getFirst().getLast());
        assertEquals("3 of 1000", section.table().rows().get(3).getLast());
        assertEquals("4 \u00b5s", section.table().rows().get(4).get(4));
        assertTrue(section.notes().stream().anyMatch(note -> note.startsWith("1 of 3 turns were disturbed")));
    }

    @Test
    void shouldGoOnWithoutThoseThatCameToNothing() {
        Section section = section(LatencyRound.failed("engine", "did not start"), round(1, 4_000, 0));
        assertEquals("-", section.table().rows().getFirst().get(4));
        assertTrue(section.notes().contains("a turn of engine was not accounted for: did not start"));
    }
}
