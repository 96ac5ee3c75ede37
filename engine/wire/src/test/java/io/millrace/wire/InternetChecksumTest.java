package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    private static final int LARGEST = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(LARGEST);
    private final UnsafeBuffer outside = new UnsafeBuffer(memory.address(), LARGEST);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldSumTheExampleOfRfc1071() {
        UnsafeBuffer data = Packets.buffer("0001f203f4f5f6f7");
        assertEquals(~0xddf2 & 0xffff, InternetChecksum.compute(data, 0, 8));
    }

    @Test
    void shouldAgreeWithSummingWordByWordAtAnyOffsetAndLength() {
        Random random = new Random(1);
        byte[] bytes = new byte[256];
        for (int round = 0; round < 10_000; round++) {
            random.nextBytes(bytes);
            int offset = random.nextInt(64);
            int length = random.nextInt(bytes.length - offset);
            assertEquals(
                    wordByWord(bytes, offset, length),
                    InternetChecksum.compute(new UnsafeBuffer(bytes), offset, length));
        }
    }

    @Test
    void shouldAgreeWithSummingWordByWordOutsideTheHeap() {
        Random random = new Random(3);
        byte[] bytes = new byte[9216];
        for (int round = 0; round < 20_000; round++) {
            random.nextBytes(bytes);
            int offset = random.nextInt(64);
            int length = random.nextInt(round % 2 == 0 ? 160 : bytes.length - offset);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            assertEquals(
                    wordByWord(bytes, offset, length),
                    InternetChecksum.compute(outside, offset, length),
                    () -> "offset " + offset + ", length " + length);
        }
    }

    @Test
    void shouldNotOverflowWhenAllBitsAreSet() {
        byte[] bytes = new byte[LARGEST];
        Arrays.fill(bytes, (byte) 0xff);
        memory.fill((byte) 0xff);
        for (int length : new int[] {7, 8, 65_535, 65_536, LARGEST - 1, LARGEST}) {
            int expected = wordByWord(bytes, 0, length);
            assertEquals(expected, InternetChecksum.compute(new UnsafeBuffer(bytes), 0, length));
            assertEquals(expected, InternetChecksum.compute(outside, 0, length));
        }
    }

    /** In ones' complement 0 and 0xffff are the same number, but comparing checksums needs a fixed one of them. */
    @Test
    void shouldTellNoBytesFromThoseThatSumUpToAllOnes() {
        memory.fill((byte) 0);
        assertEquals(0xffff, InternetChecksum.compute(outside, 0, 20));
        outside.putInt(4, 0x1234_edcb, HeaderFlyweight.BIG);
        assertEquals(0, InternetChecksum.compute(outside, 0, 20));
    }

    @Test
    void shouldAddUpFromPartsThatStartAtEvenBytes() {
        Random random = new Random(4);
        byte[] bytes = new byte[1500];
        for (int round = 0; round < 10_000; round++) {
            random.nextBytes(bytes);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            int first = 2 * random.nextInt(bytes.length / 2);
            long sum = InternetChecksum.sum(outside, 0, first)
                    + InternetChecksum.sum(outside, first, bytes.length - first);
            assertEquals(wordByWord(bytes, 0, bytes.length), InternetChecksum.fold(sum));
        }
    }

    @Test
    void shouldComeToZeroOverDataWithItsOwnChecksum() {
        Random random = new Random(5);
        byte[] bytes = new byte[64];
        for (int round = 0; round < 10_000; round++) {
            random.nextBytes(bytes);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            outside.putShort(10, (short) 0);
            outside.putShort(10, (short) InternetChecksum.compute(outside, 0, 63), HeaderFlyweight.BIG);
            assertEquals(0, InternetChecksum.compute(outside, 0, 63));
        }
    }

    @Test
    void shouldSumNoBytesThatTheBufferDoesNotShow() {
        for (UnsafeBuffer buffer : List.of(new UnsafeBuffer(new byte[64]), new UnsafeBuffer(memory.address(), 64))) {
            assertEquals(0, InternetChecksum.sum(buffer, 64, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> InternetChecksum.sum(buffer, 0, 65));
            assertThrows(IndexOutOfBoundsException.class, () -> InternetChecksum.sum(buffer, 63, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> InternetChecksum.sum(buffer, -1, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> InternetChecksum.sum(buffer, 8, -1));
        }
    }

    @Test
    void shouldUpdateAsIfTheWholeWereSummedAgain() {
        Random random = new Random(2);
        byte[] bytes = new byte[20];
        for (int round = 0; round < 10_000; round++) {
            random.nextBytes(bytes);
            UnsafeBuffer buffer = new UnsafeBuffer(bytes);
            int before = InternetChecksum.compute(buffer, 0, bytes.length);
            int oldWord = buffer.getShort(8, HeaderFlyweight.BIG) & 0xffff;
            int newWord = random.nextInt(0x10000);
            buffer.putShort(8, (short) newWord, HeaderFlyweight.BIG);
            assertEquals(
                    InternetChecksum.compute(buffer, 0, bytes.length),
                    InternetChecksum.update(before, oldWord, newWord));
        }
    }

    private static int wordByWord(byte[] bytes, int offset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[offset + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }
}
