package io.millrace.lab.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
    private static final double NEAR = 1e-9;

    @Test
    void shouldMarkRoundFiguresFromZero() {
        assertEquals(List.of(0.0, 0.5, 1.0), Axis.linear(1.2).ticks());
        assertEquals(List.of(0.0, 1e6, 2e6, 3e6, 4e6), Axis.linear(4e6).ticks());
        assertEquals(0, Axis.linear(7).at(0), NEAR);
        assertTrue(Axis.linear(7).at(7) < 1);
        assertTrue(Axis.linear(0).ticks().size() > 1);
    }

    @Test
    void shouldMarkWholeDecades() {
        Axis axis = Axis.logarithmic(3_000, 200_000);
        assertEquals(List.of(1e3, 1e4, 1e5, 1e6), axis.ticks());
        assertEquals(1 / 3.0, axis.at(1e4), NEAR);
        assertEquals(2, Axis.logarithmic(10, 10).ticks().size());
    }

    @Test
    void shouldGiveEachNineAStep() {
        Axis axis = Axis.nines(List.of(0.9, 0.99, 0.999, 1.0));
        assertEquals(0.25, axis.at(0.9), NEAR);
        assertEquals(0.75, axis.at(0.999), NEAR);
        assertEquals(1, axis.at(1), NEAR);
    }

    @Test
    void shouldPlaceWhatGrowsByItsFactor() {
        Axis axis = Axis.over(List.of(1.0, 10.0, 100.0));
        assertEquals(0.5, axis.at(10), NEAR);
        assertEquals(0.5, Axis.over(List.of(7.0)).at(7), NEAR);
    }

    @Test
    void shouldWriteFiguresAsAReaderWantsThem() {
        assertEquals("0/s", Unit.PER_SECOND.text(0));
        assertEquals("1.23 million/s", Unit.PER_SECOND.text(1_234_567));
        assertEquals("999 ns", Unit.NANOSECONDS.text(999));
        assertEquals("12.3 \u00b5s", Unit.NANOSECONDS.text(12_345));
        assertEquals("0.93", Unit.RATIO.text(0.93));
        assertEquals("-", Unit.BYTES.text(Double.NaN));
    }
}
