package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** cmsg(3) of a 64-bit kernel: 16 bytes of header, everything aligned to 8. */
class ControlMessagesTest {
    private static MemorySegment messages(int... levelTypeLength) {
        ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
        for (int i = 0; i < levelTypeLength.length; i += 3) {
            bytes.position(bytes.position() + 7 & -8);
            bytes.putLong(16L + levelTypeLength[i + 2])
                    .putInt(levelTypeLength[i])
                    .putInt(levelTypeLength[i + 1]);
            bytes.position(bytes.position() + levelTypeLength[i + 2]);
        }
        return MemorySegment.ofArray(bytes.array());
    }

    @Test
    void shouldKnowTheSpaceOfMessage() {
        assertEquals(16, ControlMessages.space(0));
        assertEquals(24, ControlMessages.space(2));
        assertEquals(24, ControlMessages.space(8));
        assertEquals(32, ControlMessages.space(12));
        assertEquals(40, ControlMessages.space(20));
    }

    @Test
    void shouldFindMessagesWhereverTheyAre() {
        MemorySegment memory = messages(1, 35, 16, 17, 104, 4, 41, 50, 20);
        int length = 32 + 24 + 40;
        assertEquals(16, ControlMessages.find(memory, 0, length, 1, 35));
        assertEquals(32 + 16, ControlMessages.find(memory, 0, length, 17, 104));
        assertEquals(32 + 24 + 16, ControlMessages.find(memory, 0, length, 41, 50));
        assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, length, 1, 104), "the level counts");
        assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, length, 17, 35), "and the type");
        assertEquals(32 + 16, ControlMessages.find(memory, 32, 24, 17, 104));
    }

    @Test
    void shouldLookNoFurtherThanTheKernelWrote() {
        MemorySegment memory = messages(1, 35, 16, 17, 104, 4);
        assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, 0, 1, 35));
        assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, 15, 1, 35));
        assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, 32, 17, 104));
        assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, 32 + 15, 17, 104));
    }

    @Test
    void shouldEndAtMessageThatIsShorterThanItsHeader() {
        for (long length : new long[] {0, 15, -1, Long.MIN_VALUE}) {
            MemorySegment memory = messages(1, 35, 16, 17, 104, 4);
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, length);
            assertEquals(ControlMessages.NONE, ControlMessages.find(memory, 0, 56, 17, 104), "length " + length);
        }
    }

    @Test
    void shouldWriteWhatTheKernelReads() {
        MemorySegment memory = MemorySegment.ofArray(new byte[32]);
        ControlMessages.write(memory, 8, 17, 103, 2);
        byte[] expected = ByteBuffer.allocate(32)
                .order(ByteOrder.nativeOrder())
                .putLong(8, 18)
                .putInt(16, 17)
                .putInt(20, 103)
                .array();
        assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_BYTE));
        assertEquals(24, ControlMessages.find(memory, 8, 24, 17, 103));
    }
}
