package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.results.Spread;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Checks that the times of starts are reported. How long they take can't be asserted on a machine that does other
 * things.
 */
@Alone
@Slow
class StartUpTest {
    @Test
    @RootOnly
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldTellFirstFrameOfEachStart() throws Exception {
        List<StartUp.Times> starts = StartUp.byJava(0).measure(2);
        assertEquals(2, starts.size());
        for (StartUp.Times start : starts) {
            assertTrue(start.toFirstFrameNs() >= start.toReadyNs(), start::toString);
            assertTrue(start.toReadyNs() > start.toJvmNs() + start.warmUpNs() + start.openNs(), start::toString);
            assertTrue(start.warmUpNs() > 0 && start.openNs() > 0 && start.toJvmNs() >= 0, start::toString);
        }
        Spread spread =
                Spread.of(starts.stream().map(StartUp.Times::toFirstFrameNs).toList());
        assertEquals((spread.min() + spread.max()) / 2, spread.median());
    }
}
