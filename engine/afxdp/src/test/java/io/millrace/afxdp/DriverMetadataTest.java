package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.core.path.Slots;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.EthernetMetadata;
import io.millrace.spi.FrameDescriptor;
import io.millrace.wire.Packets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in front of a frame, laid out as metadata.h says. */
class DriverMetadataTest {
    private static final int FRAME_SIZE = 2048;
    private static final int MAGIC = 0x6d72_0000;
    private static final long TIMESTAMP = 0x1234_5678_9abc_def0L;
    private static final int HASH = 0xcafe_f00d;
    private static final int TAG = 0xf007;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.map(arena, 4, FRAME_SIZE, HugePages.OFF);
    private final EthernetMetadata metadata = new DriverMetadata(umem, null);

    @AfterEach
    void close() {
        arena.close();
    }

    /** A frame behind such metadata, everything else being 0xff. */
    private FrameDescriptor frame(long address, int present) {
        byte[] packet = Packets.bytes(Packets.UDP_IPV4);
        MemorySegment memory = umem.memory().fill((byte) 0xff);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, address - 24, TIMESTAMP);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, address - 16, HASH);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, address - 6, (short) TAG);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, address - 4, present);
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, address, packet.length);
        return Slots.frame(address, packet.length);
    }

    private void assertTold(FrameDescriptor frame, boolean timestamp, boolean hash, boolean vlan) {
        assertEquals(timestamp ? TIMESTAMP : 0, metadata.timestampNs(frame));
        assertEquals(hash, metadata.hasRssHash(frame));
        assertEquals(hash ? HASH : 0, metadata.rssHash(frame));
        assertEquals(vlan ? TAG : Frame.NO_VLAN, metadata.vlanTag(frame));
    }

    @ParameterizedTest
    @ValueSource(longs = {FRAME_SIZE + 256, FRAME_SIZE + 258, FRAME_SIZE + 24})
    void shouldTellWhatIsThere(long address) {
        for (int hints = 0; hints < 8; hints++) {
            FrameDescriptor frame = frame(address, MAGIC | hints);
            assertTold(frame, (hints & 1) != 0, (hints & 2) != 0, (hints & 4) != 0);
            assertEquals(5, metadata.payloadLength(frame), "the frame itself is read as ever");
        }
    }

    @Test
    void shouldTellNothingThatTheProgramDidNotWrite() {
        for (int present : new int[] {0, 7, -1, 0x6d73_0007, 0x0000_6d72}) {
            assertTold(frame(FRAME_SIZE + 256, present), false, false, false);
        }
    }

    @Test
    void shouldNotLookInFrontOfTheChunk() {
        frame(FRAME_SIZE + 8, MAGIC | 7);
        assertTold(Slots.frame(FRAME_SIZE + 8, 60), false, false, false);
        assertTold(Slots.frame(0, 60), false, false, false);
    }

    @Test
    void shouldTellNothingWithoutMetadata() {
        EthernetMetadata plain = new EthernetMetadata(umem, null);
        FrameDescriptor frame = frame(FRAME_SIZE + 256, MAGIC | 7);
        assertEquals(0, plain.timestampNs(frame));
        assertFalse(plain.hasRssHash(frame));
        assertEquals(Frame.NO_VLAN, plain.vlanTag(frame));
        assertTrue(metadata.hasRssHash(frame));
    }
}
