package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final CpuDistance NEAR = new CpuDistance(100, 100);
    private static final CpuDistance FAR = new CpuDistance(500, 500);
    private static final CpuDistance MOVED = new CpuDistance(100, 500);

    private record OneTurn(double figure, CpuDistance distance, double waited) implements Taken {
        OneTurn(double figure, CpuDistance distance) {
            this(figure, distance, 0);
        }

        @Override
        public String contender() {
            return "one";
        }

        @Override
        public String problem() {
            return "";
        }
    }

    private static List<Double> ratios(List<OneTurn> first, List<OneTurn> second) {
        return Turns.ratios(first, second, true, OneTurn::distance, OneTurn::figure);
    }

    private static OneTurn turn(double figure) {
        return new OneTurn(figure, CpuDistance.UNKNOWN);
    }

    @Test
    void shouldDivideTurnsBesideEachOther() {
        assertEquals(List.of(0.5, 2.0), ratios(List.of(turn(1), turn(6)), List.of(turn(2), turn(3))));
    }

    @Test
    void shouldDivideByNearestTurnOfLikeDistance() {
        assertEquals(
                List.of(0.5, 3.0, 1.25),
                ratios(
                        List.of(new OneTurn(1, NEAR), new OneTurn(6, NEAR), new OneTurn(10, FAR)),
                        List.of(new OneTurn(8, FAR), new OneTurn(2, NEAR), new OneTurn(20, MOVED))));
    }

    @Test
    void shouldDivideTurnsBesideEachOtherWhereNoneAreAlike() {
        assertEquals(
                List.of(0.5, 0.25),
                ratios(
                        List.of(new OneTurn(1, NEAR), new OneTurn(1, MOVED)),
                        List.of(new OneTurn(2, FAR), new OneTurn(4, FAR))));
    }

    @Test
    void shouldGoPastTurnsThatCameToNothing() {
        assertEquals(
                List.of(0.25),
                ratios(
                        List.of(new OneTurn(1, NEAR), turn(Double.NaN)),
                        List.of(turn(Double.NaN), new OneTurn(4, NEAR))));
    }

    @Test
    void shouldLeaveOutDisturbedTurnsOfEither() {
        assertEquals(
                List.of(1.0, 0.25),
                ratios(
                        List.of(new OneTurn(1, NEAR), new OneTurn(2, NEAR, 0.5), new OneTurn(1, NEAR)),
                        List.of(new OneTurn(1, NEAR), new OneTurn(8, NEAR), new OneTurn(4, NEAR))));
        assertEquals(List.of(1.0), ratios(List.of(turn(1), new OneTurn(2, NEAR, 0.5)), List.of(turn(1), turn(8))));
    }
}
