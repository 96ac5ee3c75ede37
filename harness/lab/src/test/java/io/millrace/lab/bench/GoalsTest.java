package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.results.Goal;
import io.millrace.lab.bench.results.GoalResult;
import io.millrace.lab.bench.results.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names that goals look for are those that the reports use. */
class GoalsTest {
    private static final Settings SETTINGS = new Settings(1, 1, 0, 1, Settings.USUAL_LENGTH, 0, 0, 1, 1, 0, Mode.BUSY);

    private static Section rates(Suite suite, List<String> contenders) {
        return new RateReport(
                        suite,
                        SETTINGS.paced(suite.pace(), Mode.BUSY),
                        new Contenders(suite.family(), Path.of("")).of(contenders),
                        contenders.stream().map(GoalsTest::round).toList())
                .section();
    }

    private static Round round(String contender) {
        return new Round(
                contender,
                new Round.Rates(1e6, 2e6, 1e6, 1),
                new Round.Cost(1_000, 100, 0, 1e6),
                new Round.Latency(1, 2, 3, 4),
                0,
                0,
                CpuDistance.UNKNOWN,
                "",
                "");
    }

    private static List<Section> rates() {
        return List.of(
                rates(Suite.AFXDP_RX, List.of("engine", "c", "dpdk")),
                rates(Suite.AFXDP_REFLECT, List.of("engine", "c", "dpdk")),
                rates(Suite.AFXDP_PACED, Contenders.PACED),
                rates(Suite.UDP_ECHO, new Contenders(Family.UDP, Path.of("")).usual()),
                rates(Suite.TCP_ECHO_64X100, new Contenders(Family.TCP, Path.of("")).usual()));
    }

    @Test
    void shouldFindAllFiguresOfRates() {
        List<String> found = Goals.in(rates()).stream()
                .filter(GoalResult::isMeasured)
                .map(one -> one.goal().what())
                .toList();
        assertEquals(Goals.all().size() - 11, found.size(), () -> "found " + found);
        assertTrue(
                found.containsAll(List.of(
                        "reflect, engine / DPDK",
                        "UDP echo of one flow with GRO and GSO, engine / Netty",
                        "heap allocated a frame, datagram or message, every suite")),
                found::toString);
    }

    @Test
    void shouldCompareWithNoPeerThatCountsPartsOfDatagrams() {
        List<Section> sections = new ArrayList<>(rates());
        sections.removeLast();
        GoalResult result = Goals.in(sections).stream()
                .filter(one -> one.goal().what().equals("reflect, engine / the best peer's UDP echo"))
                .findFirst()
                .orElseThrow();
        assertEquals(1, result.reading().orElseThrow().spread().median(), 1e-9);
        assertTrue(Stream.of("engine", "gso")
                .noneMatch(result.reading().orElseThrow().against()::contains));
    }

    @Test
    void shouldTakeNoFigureOfAnotherPaceOrModeForThatOfASuite() {
        Section paced = new RateReport(
                        Suite.UDP_ECHO,
                        SETTINGS.paced(200_000, Mode.WAIT),
                        new Contenders(Family.UDP, Path.of("")).of(List.of("engine", "c-uring")),
                        List.of(round("engine"), round("c-uring")))
                .section();
        assertEquals("udp-echo-at-200000-waiting", paced.suite());
        assertEquals(
                List.of("heap allocated a frame, datagram or message, every suite"),
                Goals.in(List.of(paced)).stream()
                        .filter(GoalResult::isMeasured)
                        .map(one -> one.goal().what())
                        .toList());
    }

    @Test
    void shouldNameEveryGoalOnce() {
        List<String> names = Goals.all().stream().map(Goal::what).toList();
        assertEquals(names.size(), new HashSet<>(names).size());
    }
}
