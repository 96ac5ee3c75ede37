package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The entries of RX and TX rings. The cursors are the same as those of the other two rings. */
final class DescriptorRingsTest {
    private static final int SIZE = 4;
    private static final long LENGTH = 16;
    /** Needs all 64 bits, as an address in unaligned mode does. */
    private static final long WIDE_ADDRESS = 0x8123_4567_89ab_cdefL;

    private final Arena arena = Arena.ofConfined();
    private final RingMemory memory = RingMemory.ofDescriptors(arena, SIZE);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldReadDescriptorsAsTheKernelWroteThem() {
        final KernelRing kernel = KernelRing.producer(memory, LENGTH);
        final RxRing ring = memory.rxRing(true);
        kernel.descriptor(0, 2304, 60, 0);
        kernel.descriptor(1, WIDE_ADDRESS, 1514, XdpDescriptor.CONTINUED);
        kernel.advance(2);
        assertEquals(2, ring.peek(SIZE));
        assertEquals(2304, ring.address(0));
        assertEquals(60, ring.length(0));
        assertEquals(0, ring.options(0));
        assertEquals(0x4567_89ab_cdefL + 0x8123, ring.address(1), "the frame, and how far in it the packet starts");
        assertEquals(1514, ring.length(1));
        assertEquals(XdpDescriptor.CONTINUED, ring.options(1));
    }

    @Test
    void shouldTakeAddressesAsTheyAreWhereFramesAreAligned() {
        final KernelRing kernel = KernelRing.producer(memory, LENGTH);
        final RxRing ring = new RxRing(memory.segment(), RingMemory.OFFSETS, SIZE, false);
        kernel.descriptor(0, 2304, 60, 0);
        kernel.descriptor(1, (1L << 48) - 1, 60, 0);
        kernel.advance(2);
        assertEquals(2, ring.peek(SIZE));
        assertEquals(2304, ring.address(0));
        assertEquals((1L << 48) - 1, ring.address(1));
    }

    @Test
    void shouldWriteDescriptorsAsTheKernelReadsThem() {
        final KernelRing kernel = KernelRing.consumer(memory, LENGTH);
        final TxRing ring = memory.txRing();
        ring.reserve(2);
        ring.frame(0, 2304, 60);
        ring.frame(1, WIDE_ADDRESS, 1514);
        ring.submit(2);
        assertEquals(2, kernel.ready());
        assertEquals(2304, kernel.address(0));
        assertEquals(60, kernel.length(0));
        assertEquals(WIDE_ADDRESS, kernel.address(1));
        assertEquals(1514, kernel.length(1));
    }

    @Test
    void shouldAnnounceMetadataOfAWrittenEntry() {
        final KernelRing kernel = KernelRing.consumer(memory, LENGTH);
        final TxRing ring = memory.txRing();
        ring.reserve(3);
        ring.frame(0, 2304, 60);
        ring.segment(1, WIDE_ADDRESS, 1514, XdpDescriptor.CONTINUED);
        ring.frame(2, 4352, 100);
        assertEquals(2304, ring.address(0));
        assertEquals(WIDE_ADDRESS, ring.address(1));
        ring.announceMetadata(0);
        ring.announceMetadata(1);
        ring.submit(3);
        assertEquals(XdpDescriptor.METADATA, kernel.options(0));
        assertEquals(XdpDescriptor.METADATA | XdpDescriptor.CONTINUED, kernel.options(1));
        assertEquals(0, kernel.options(2));
        assertEquals(2304, kernel.address(0));
        assertEquals(1514, kernel.length(1));
    }

    @Test
    void shouldClearOptionsLeftFromAnEarlierRound() {
        final TxRing ring = memory.txRing();
        memory.segment().asSlice(RingMemory.OFFSETS.descriptors()).fill((byte) 0xff);
        final KernelRing kernel = KernelRing.consumer(memory, LENGTH);
        ring.reserve(1);
        ring.frame(0, 0, 60);
        ring.submit(1);
        assertEquals(0, kernel.options(0));
    }

    @Test
    void shouldUseEverySlotOnceARound() {
        final KernelRing kernel = KernelRing.producer(memory, LENGTH);
        final RxRing ring = memory.rxRing(true);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < SIZE; i++) {
                kernel.descriptor(i, 100 * round + i, round, i);
            }
            kernel.advance(SIZE);
            assertEquals(SIZE, ring.peek(SIZE + 1));
            for (int i = 0; i < SIZE; i++) {
                assertEquals(100 * round + i, ring.address(i));
                assertEquals(round, ring.length(i));
                assertEquals(i, ring.options(i));
            }
            ring.release(SIZE);
        }
    }
}
