package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SendScheduleTest {
    private static final int BURST = 32;
    private static final double MILLION = 1e6;

    @Test
    void shouldSendFramesWhenTheyAreDue() {
        SendSchedule schedule = new SendSchedule(MILLION, BURST, 0);
        assertEquals(0, schedule.due(0, 999));
        assertEquals(1, schedule.due(0, 1_000));
        assertEquals(0, schedule.due(1, 1_500));
        assertEquals(1, schedule.due(1, 2_000));
    }

    @Test
    void shouldAlwaysSendBurstsFlatOut() {
        SendSchedule schedule = new SendSchedule(0, BURST, 0);
        assertEquals(BURST, schedule.due(0, 0));
        assertEquals(BURST, schedule.due(1_000_000, 1));
    }

    @Test
    void shouldMakeUpForHoldUpAtTwiceThePace() {
        SendSchedule schedule = new SendSchedule(MILLION, BURST, 0);
        long sent = 0;
        long caughtUpNs = 0;
        for (long nowNs = 1_000_000; caughtUpNs == 0; nowNs += 100) { // a thousand frames late
            sent += schedule.due(sent, nowNs);
            if (sent >= nowNs / 1_000) {
                caughtUpNs = nowNs;
            }
        }
        assertTrue(caughtUpNs > 1_900_000 && caughtUpNs < 2_100_000, caughtUpNs + " ns");
    }

    @Test
    void shouldKeepThePaceOverLongTimes() {
        SendSchedule schedule = new SendSchedule(200_000, BURST, 0);
        long sent = 0;
        for (long nowNs = 0; nowNs <= 10_000_000_000L; nowNs += 40_000) {
            sent += schedule.due(sent, nowNs);
        }
        assertEquals(2_000_000, sent, BURST);
    }

    @Test
    void shouldForgetWhatWasMissedWhenItStartsAfresh() {
        SendSchedule schedule = new SendSchedule(MILLION, BURST, 0);
        schedule.restart(10, 1_000_000);
        assertEquals(0, schedule.due(10, 1_000_500));
        assertEquals(1, schedule.due(10, 1_001_000));
    }
}
