package io.millrace.lab.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void shouldTakeTheMiddleOfAnOddNumber() {
        assertEquals(new Spread(2, 1, 9), Spread.of(9, 1, 2));
    }

    @Test
    void shouldTakeTheMeanOfBothMiddlesOfAnEvenNumber() {
        assertEquals(new Spread(2.5, 1, 4), Spread.of(4, 1, 3, 2));
    }

    @Test
    void shouldLeaveTheValuesAsTheyAre() {
        double[] values = {3, 1};
        Spread.of(values);
        assertEquals(3, values[0]);
    }
}
