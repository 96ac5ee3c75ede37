package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a user is told about how long a run takes. */
class TurnLogTest {
    private final StringWriter text = new StringWriter();

    /** A measurement with a number of turns that are expected to take a given time together. */
    private record Planned(int turns, long expectedMs) implements Measurement {
        @Override
        public String title() {
            return "planned";
        }

        @Override
        public Outcome run(TurnLog log) {
            throw new AssertionError("run");
        }
    }

    private TurnLog log(Measurement... measurements) {
        return new TurnLog(new PrintWriter(text), List.of(measurements));
    }

    private String last() {
        List<String> lines = text.toString().lines().toList();
        return lines.getLast().strip();
    }

    @Test
    void shouldSayBeforehandHowLongAllOfItTakes() {
        log(new Planned(10, 60_000), new Planned(5, 3_000_000));
        assertEquals("15 turns, about 51 min if nothing else has the CPUs", last());
        log(new Planned(2, 90_400));
        assertEquals("2 turns, about 90 s if nothing else has the CPUs", last());
    }

    /**
     * Turns of one kind say little about those of another: if short ones come first, most of the time is still to come.
     */
    @Test
    void shouldWeighTurnsByWhatTheyAreExpectedToTake() throws InterruptedException {
        Planned brief = new Planned(2, 20);
        Planned lengthy = new Planned(1, 2_000_000);
        TurnLog log = log(brief, lengthy);
        log.begin(brief);
        Thread.sleep(20);
        log.ended("one", true);
        assertTrue(last().startsWith("one") && last().contains("[1 of 3, about "), last());
        assertTrue(Integer.parseInt(last().replaceAll(".*about (\\d+) min left]", "$1")) >= 30, last());
        log.ended("two, disturbed", false);
        assertEquals("two, disturbed", last());
        log.ended("two", true);
        log.begin(lengthy);
        log.ended("three", true);
        assertTrue(last().contains("[3 of 3]"), last());
        assertFalse(last().contains("left"), last());
    }
}
