package io.millrace.engine.wire;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;

class InternetChecksumTest {

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
            assertEquals(wordByWord(bytes, offset, length),
                InternetChecksum.compute(new UnsafeBuffer(bytes), offset, length));
        }
    }

    @Test
    void shouldNotOverflowWhenAllBitsAreSet() {
        byte[] bytes = new byte[65536];
        Arrays.fill(bytes, (byte) 0xff);
        assertEquals(wordByWord(bytes, 0, bytes.length),
            InternetChecksum.compute(new UnsafeBuffer(bytes), 0, bytes.length));
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
            assertEquals(InternetChecksum.compute(buffer, 0, bytes.length),
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
