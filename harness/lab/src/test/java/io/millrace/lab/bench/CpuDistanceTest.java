package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuDistanceTest {
    private static final CpuDistance NEAR = new CpuDistance(100, 110);
    private static final CpuDistance FAR = new CpuDistance(500, 540);
    private static final CpuDistance MOVED = new CpuDistance(105, 520);

    @Test
    void shouldCompareTurnsOfAboutTheSameDistance() {
        assertTrue(NEAR.isLike(new CpuDistance(120, 118)));
        assertFalse(NEAR.isLike(FAR));
        assertFalse(FAR.isLike(NEAR));
    }

    @Test
    void shouldCompareNothingWithTurnDuringWhichCpusWereMoved() {
        assertTrue(MOVED.changed());
        assertFalse(MOVED.isLike(MOVED));
        assertFalse(NEAR.isLike(MOVED));
        assertFalse(MOVED.isLike(CpuDistance.UNKNOWN));
    }

    @Test
    void shouldCompareAnythingWhereDistanceIsNotKnown() {
        assertFalse(CpuDistance.UNKNOWN.changed());
        assertTrue(CpuDistance.UNKNOWN.isLike(CpuDistance.UNKNOWN));
        assertTrue(CpuDistance.UNKNOWN.isLike(FAR));
    }

    @Test
    void shouldTellKindsOfDistancesApart() {
        assertEquals(
                "100 ns in 2, 500 ns in 1, changing in 1",
                CpuDistance.kinds(List.of(new CpuDistance(120, 120), FAR, NEAR, MOVED)));
        assertEquals("", CpuDistance.kinds(List.of(NEAR, NEAR, CpuDistance.UNKNOWN)), "there is nothing to say");
        assertEquals("", CpuDistance.kinds(List.of()));
    }

    @Test
    void shouldTellToolsAndPeopleWhatIsKnown() {
        Map<String, Object> map = new LinkedHashMap<>();
        CpuDistance.UNKNOWN.put(map);
        assertEquals(Map.of(), map);
        MOVED.put(map);
        assertEquals(Map.of("cpu_distance_start_ns", 105.0, "cpu_distance_end_ns", 520.0), map);
        assertEquals(", CPUs 105, then 520 ns apart", MOVED.text());
        assertEquals(", CPUs 100 ns apart", NEAR.text());
        assertEquals("", CpuDistance.UNKNOWN.text());
    }
}
