package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.InternetChecksum;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.UdpFlyweight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class WarmUpFramesTest {
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4_HEADER = 20;

    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();

    @Test
    void shouldBeSoundDatagrams() {
        List<byte[]> frames = new ArrayList<>(WarmUpFrames.unfinished());
        frames.add(WarmUpFrames.small());
        for (byte[] frame : frames) {
            inNativeMemory(frame, buffer -> {
                wrap(buffer);
                assertEquals(0, InternetChecksum.fold(InternetChecksum.sum(buffer, ETHERNET_HEADER, IPV4_HEADER)));
                assertEquals(frame.length, ETHERNET_HEADER + IPV4_HEADER + ipv4.payloadLength());
            });
        }
    }

    @Test
    void shouldLeaveTheChecksumToTheNetworkCard() {
        for (byte[] frame : WarmUpFrames.unfinished()) {
            inNativeMemory(frame, buffer -> {
                wrap(buffer);
                int sum = ~InternetChecksum.fold(ipv4.pseudoHeaderSum()) & 0xffff;
                int field = ipv4.payloadOffset() + UdpFlyweight.CHECKSUM_OFFSET;
                assertEquals(sum, buffer.getShort(field, ByteOrder.BIG_ENDIAN) & 0xffff);
            });
        }
    }

    /** The sum goes over blocks of 32 bytes, then over a rest that the binary digits of its length describe. */
    @Test
    void shouldHaveEachKindOfLength() {
        int block = 32;
        int set = 0;
        int notSet = 0;
        boolean hasShort = false;
        boolean hasLong = false;
        for (byte[] frame : WarmUpFrames.unfinished()) {
            int length = frame.length - ETHERNET_HEADER - IPV4_HEADER;
            set |= length;
            notSet |= ~length;
            hasShort |= length < block;
            hasLong |= length >= block;
        }
        assertTrue(hasShort && hasLong);
        assertEquals(block - 1, set & notSet & block - 1);
    }

    private void wrap(UnsafeBuffer buffer) {
        assertTrue(ethernet.wrap(buffer, 0, buffer.capacity()));
        assertTrue(ipv4.wrap(buffer, ethernet.payloadOffset(), ethernet.payloadLength()));
    }

    private static void inNativeMemory(byte[] frame, Consumer<UnsafeBuffer> look) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(frame.length);
            memory.copyFrom(MemorySegment.ofArray(frame));
            look.accept(new UnsafeBuffer(memory.address(), frame.length));
        }
    }
}
