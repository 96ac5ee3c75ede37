package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacerTest {
    @Test
    void shouldAlwaysWantFullBurstFlatOut() {
        Pacer pacer = new Pacer(TrafficPlan.endless(), 1_000, System.nanoTime());
        assertEquals(1_000, pacer.awaitBurst(0));
        assertEquals(1_000, pacer.awaitBurst(1_000_000));
    }

    @Test
    void shouldMakeUpForHoldUpsSlowly() {
        long aSecondAgo = System.nanoTime() - 1_000_000_000L;
        Pacer pacer = new Pacer(TrafficPlan.endless().at(200_000), 1_000, aSecondAgo);
        assertEquals(160, pacer.awaitBurst(0), "four times the 40 of 0.2 ms");
    }

    @Test
    void shouldSendWhatTheDurationHasRoomFor() {
        Pacer pacer = new Pacer(TrafficPlan.lasting(Duration.ofMillis(50)).at(10_000), 1_000, System.nanoTime());
        long sent = 0;
        while (!pacer.isOver()) {
            sent += pacer.awaitBurst(sent);
        }
        assertTrue(sent >= 100 && sent <= 500, "sent " + sent);
    }

    @Test
    void shouldReturnFromTimeToTimeWhenThePaceIsSlow() {
        long start = System.nanoTime();
        Pacer pacer = new Pacer(TrafficPlan.endless().at(0.1), 1_000, start);
        assertEquals(0, pacer.awaitBurst(0));
        assertTrue(System.nanoTime() - start < 1_000_000_000L);
    }
}
