package io.millrace.lab.traffic;

import static io.millrace.lab.traffic.SequenceWindow.Sighting.AGAIN;
import static io.millrace.lab.traffic.SequenceWindow.Sighting.NEW;
import static io.millrace.lab.traffic.SequenceWindow.Sighting.TOO_OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceWindowTest {
    private final SequenceWindow window = new SequenceWindow(128);

    @Test
    void shouldTellSecondSighting() {
        for (long sequence = 0; sequence < 1_000; sequence++) {
            assertEquals(NEW, window.see(sequence));
            assertEquals(AGAIN, window.see(sequence));
        }
    }

    @Test
    void shouldTakeNumbersInAnyOrderWithinTheWindow() {
        assertEquals(NEW, window.see(127));
        assertEquals(NEW, window.see(0));
        assertEquals(NEW, window.see(64));
        assertEquals(AGAIN, window.see(0));
        assertEquals(AGAIN, window.see(127));
    }

    @Test
    void shouldForgetWhatSlidOut() {
        window.see(63);
        window.see(128);
        assertEquals(TOO_OLD, window.see(63));
        assertEquals(NEW, window.see(64));
    }

    @ParameterizedTest
    @ValueSource(longs = {129, 1_000, 1L << 40})
    void shouldStartEmptyBehindGap(long gap) {
        for (long sequence = 0; sequence < 128; sequence++) {
            window.see(sequence);
        }
        assertEquals(NEW, window.see(128 + gap));
        for (long sequence = Math.max(128, (128 + gap) / 64 * 64 - 64); sequence < 128 + gap; sequence++) {
            assertEquals(NEW, window.see(sequence), "sequence " + sequence);
        }
    }

    @Test
    void shouldAgreeWithSetOnRandomNumbers() {
        Random random = new Random(42);
        Set<Long> seen = new HashSet<>();
        long top = 0;
        for (int i = 0; i < 100_000; i++) {
            long sequence = Math.max(0, top - random.nextInt(60)) + random.nextInt(5);
            top = Math.max(top, sequence);
            assertEquals(seen.add(sequence) ? NEW : AGAIN, window.see(sequence), "sequence " + sequence);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32, 100})
    void shouldRefuseOtherSizes(int size) {
        assertThrows(IllegalArgumentException.class, () -> new SequenceWindow(size));
    }
}
