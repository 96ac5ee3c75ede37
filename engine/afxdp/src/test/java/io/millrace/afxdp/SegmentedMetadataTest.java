package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.Slots;
import io.millrace.ring.HugePages;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.EndpointView;
import io.millrace.spi.EthernetMetadata;
import io.millrace.spi.FrameDescriptor;
import io.millrace.wire.Packets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the headers of a frame tell whose payload goes on in further segments. */
class SegmentedMetadataTest {
    private static final int FRAME_SIZE = 2048;
    private static final int HEADROOM = 256;
    private static final int PAYLOAD = 5;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.map(arena, 128, FRAME_SIZE, HugePages.OFF);
    private final SegmentChains chains = new SegmentChains(umem);
    private final EthernetMetadata metadata = new EthernetMetadata(umem, chains);
    private final EndpointView endpoint = new EndpointView();

    @AfterEach
    void close() {
        arena.close();
    }

    /** A frame whose first segment has so many bytes, and each further one {@code piece}. */
    private FrameDescriptor frame(byte[] bytes, int first, int piece) {
        long address = HEADROOM;
        int here = Math.min(first, bytes.length);
        MemorySegment.copy(bytes, 0, umem.memory(), ValueLayout.JAVA_BYTE, address, here);
        for (int done = here; done < bytes.length; done += piece) {
            int part = Math.min(piece, bytes.length - done);
            long next = umem.frameAddress(address) + FRAME_SIZE + HEADROOM;
            MemorySegment.copy(bytes, done, umem.memory(), ValueLayout.JAVA_BYTE, next, part);
            chains.append(address, next, part);
            address = next;
        }
        return Slots.frame(HEADROOM, here);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Packets.UDP_IPV4,
                Packets.UDP_IPV4_IN_VLANS,
                Packets.TCP_IPV4_OPTIONS,
                Packets.UDP_IPV6,
                Packets.TCP_IPV6_EXTENSIONS
            })
    void shouldTellWholePayloadWhereverItIsCut(String hex) {
        byte[] bytes = Packets.bytes(hex);
        for (int inFirst = 0; inFirst <= PAYLOAD; inFirst++) {
            int offset = bytes.length - PAYLOAD;
            FrameDescriptor frame = frame(bytes, offset + inFirst, 2);
            assertEquals(inFirst < PAYLOAD, metadata.isSegmented(frame));
            assertEquals(offset, metadata.payloadOffset(frame));
            assertEquals(PAYLOAD, metadata.payloadLength(frame));
            metadata.source(frame, endpoint);
            assertEquals(40_000, endpoint.port());
            metadata.destination(frame, endpoint);
            assertEquals(9_000, endpoint.port());
            unlink();
        }
    }

    private void unlink() {
        for (long address = 0; address < umem.lengthBytes(); address += FRAME_SIZE) {
            chains.cut(address);
        }
    }

    /** A stage may have cut the first segment short: no byte behind it is looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                Packets.UDP_IPV4,
                Packets.UDP_IPV4_IN_VLANS,
                Packets.TCP_IPV4_OPTIONS,
                Packets.UDP_IPV6,
                Packets.TCP_IPV6_EXTENSIONS,
                Packets.SECOND_FRAGMENT_IPV4,
                Packets.FIRST_FRAGMENT_IPV6
            })
    void shouldTellNothingOfHeadersThatTheFirstSegmentDoesNotHold(String hex) {
        byte[] bytes = Packets.bytes(hex);
        for (int first = 1; first < bytes.length - PAYLOAD; first++) {
            FrameDescriptor frame = frame(bytes, first, 64);
            assertEquals(-1, metadata.payloadOffset(frame), "first segment of " + first);
            assertEquals(0, metadata.payloadLength(frame));
            metadata.source(frame, endpoint);
            unlink();
        }
    }

    @Test
    void shouldCopyAnyPartInOnePiece() {
        byte[] bytes = new byte[1_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        FrameDescriptor frame = frame(bytes, 300, 150);
        assertTrue(metadata.isSegmented(frame));
        MemorySegment copy = arena.allocate(2_000);
        for (int offset = 0; offset < bytes.length; offset += 37) {
            for (int length = 0; offset + length <= bytes.length; length += 53) {
                copy.fill((byte) 0);
                metadata.copy(frame, offset, length, copy, 7);
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, offset, offset + length),
                        copy.asSlice(7, length).toArray(ValueLayout.JAVA_BYTE));
                assertEquals(0, copy.get(ValueLayout.JAVA_BYTE, 7 + length));
            }
        }
    }

    @Test
    void shouldTellFramesOfOneSegmentAsEver() {
        FrameDescriptor frame = frame(Packets.bytes(Packets.UDP_IPV4_PADDED), FRAME_SIZE, 1);
        assertFalse(metadata.isSegmented(frame));
        assertEquals(PAYLOAD, metadata.payloadLength(frame));
        assertEquals(42, metadata.payloadOffset(frame));
    }
}
