package io.millrace.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessAgeTest {
    @Test
    void shouldReadStartTimeBehindNameWithSpacesAndBrackets() {
        String stat = "4711 (a) b) c) S 1 4711 4711 0 -1 4194304 9 0 0 0 2 1 0 0 20 0 3 0 12345 8192 7 0\n";
        assertEquals(123_450_000_000L, ProcessAge.startNs(stat));
    }

    @Test
    void shouldReadUptime() {
        assertEquals(1_234_560_000_000L, ProcessAge.uptimeNs("1234.56 99.00\n"));
    }

    @Test
    void shouldAgeWithTheProcess() throws InterruptedException {
        ProcessAge before = ProcessAge.now();
        Thread.sleep(Duration.ofMillis(200));
        ProcessAge after = ProcessAge.now();
        assertTrue(before.processNs() >= before.jvmNs() && before.jvmNs() > 0, before::toString);
        assertTrue(after.jvmNs() - before.jvmNs() >= 190_000_000, after::toString);
        assertTrue(after.processNs() - before.processNs() >= 170_000_000, after::toString);
    }
}
