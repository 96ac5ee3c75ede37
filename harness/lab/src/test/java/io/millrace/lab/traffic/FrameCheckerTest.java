package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class FrameCheckerTest {
    private static final int FRAME = 256;

    private final FrameTemplate template = builder().length(128).build();
    private final FrameChecker checker = new FrameChecker(template);
    private final MemorySegment memory = Arena.ofAuto().allocate(2 * FRAME);

    private static FrameTemplate.Builder builder() {
        return FrameTemplate.udp()
                .macs("02:00:00:00:00:01", "02:00:00:00:00:02")
                .ips(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("10.0.0.2"));
    }

    private void arrive(long sequence) {
        MemorySegment.copy(template.bytes(), 0, memory, ValueLayout.JAVA_BYTE, FRAME, 128);
        FrameStamp.sequenced(template).write(memory, FRAME, sequence, 0);
        checker.check(memory, FRAME, 128);
    }

    private void assertCounts(long intact, long corrupted, long duplicated, long overtaken) {
        assertEquals(intact, checker.intact(), "intact");
        assertEquals(corrupted, checker.corrupted(), "corrupted");
        assertEquals(duplicated, checker.duplicated(), "duplicated");
        assertEquals(overtaken, checker.overtaken(), "overtaken");
    }

    @Test
    void shouldCountWhatArrivesAsItWasSent() {
        for (long sequence : new long[] {0, 1, 2, 5, 70_000}) {
            arrive(sequence);
        }
        assertCounts(5, 0, 0, 0);
    }

    @Test
    void shouldTellDuplicatesAndOvertakenFrames() {
        for (long sequence : new long[] {0, 2, 1, 2, 3}) {
            arrive(sequence);
        }
        assertCounts(4, 0, 1, 1);
    }

    @Test
    void shouldFindEveryChangedByte() {
        arrive(7);
        for (int i = 0; i < 128; i++) {
            byte was = memory.get(ValueLayout.JAVA_BYTE, FRAME + i);
            memory.set(ValueLayout.JAVA_BYTE, FRAME + i, (byte) (was ^ 4));
            checker.check(memory, FRAME, 128);
            memory.set(ValueLayout.JAVA_BYTE, FRAME + i, was);
        }
        checker.check(memory, FRAME, 127);
        assertCounts(1, 129, 0, 0);
    }

    @Test
    void shouldRefuseFramesWithoutNumbers() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new FrameChecker(builder().length(49).build()));
    }
}
