package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamPatternTest {
    private static final int LENGTH = 50;
    private final StreamPattern pattern = new StreamPattern(7);

    private static byte[] bytes(StreamPattern pattern, long position, int length) {
        byte[] bytes = new byte[length];
        pattern.fill(MemorySegment.ofArray(bytes), position, length);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 13, 1_000_003, Integer.MAX_VALUE + 5L, 1L << 50})
    void shouldWriteTheSameBytesHoweverTheyAreCut(long position) {
        byte[] whole = bytes(pattern, position, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            assertEquals(pattern.at(position + i), whole[i]);
        }
        for (int cut = 0; cut <= LENGTH; cut++) {
            byte[] pieces = new byte[LENGTH];
            MemorySegment memory = MemorySegment.ofArray(pieces);
            pattern.fill(memory, position, cut);
            pattern.fill(memory.asSlice(cut), position + cut, LENGTH - cut);
            assertArrayEquals(whole, pieces);
            assertEquals(-1, pattern.mismatch(memory.asSlice(cut), position + cut, LENGTH - cut));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3, 8})
    void shouldFindTheFirstByteThatDiffers(long position) {
        for (int at = 0; at < LENGTH; at++) {
            byte[] bytes = bytes(pattern, position, LENGTH);
            bytes[at] ^= 1;
            bytes[LENGTH - 1] ^= 2;
            assertEquals(at, pattern.mismatch(MemorySegment.ofArray(bytes), position, LENGTH));
            assertEquals(-1, pattern.mismatch(MemorySegment.ofArray(bytes), position, at));
        }
    }

    @Test
    void shouldDifferBySeedAndByPosition() {
        Set<Long> words = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            StreamPattern stream = new StreamPattern(seed);
            for (long position = 0; position < 800; position++) {
                byte[] eight = bytes(stream, position, 8);
                words.add(java.nio.ByteBuffer.wrap(eight).getLong());
            }
        }
        assertEquals(80_000, words.size(), "no eight bytes twice");
        assertNotEquals(pattern.at(0), pattern.at(1));
    }

    @Test
    void shouldShowLostByteSoon() {
        int late = 0;
        for (long position = 0; position < 1_000; position++) {
            byte[] shifted = bytes(pattern, position + 1, LENGTH);
            late += pattern.mismatch(MemorySegment.ofArray(shifted), position, LENGTH) > 1 ? 1 : 0;
        }
        assertTrue(late < 5, late + " of 1,000 not within two bytes");
    }
}
