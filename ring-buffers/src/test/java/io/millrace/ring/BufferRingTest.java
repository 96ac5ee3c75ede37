package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.uring.io_uring_buf;
import io.millrace.bindings.uring.io_uring_buf_ring;
import io.millrace.ring.FrameAudit.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BufferRingTest {
    private static final int SIZE = 8;
    private static final int FRAME_SIZE = 2048;
    private static final int FRAMES = 32;
    private static final int LARGEST = 32768;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
    private final KernelBuffers kernel = KernelBuffers.of(arena, umem, SIZE);
    private final BufferRing ring = kernel.bufferRing();
    private final FramePool pool = new FramePool(umem);

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 128",
        "3, 128",
        "8, 127",
        "16, 128",
        "-8, 128",
        "-2147483648, 128",
        "65536, 1048576",
        "32768, 524287"
    })
    void shouldRefuseASizeThatIsNoPowerOfTwoOrTooLargeOrMemoryThatIsTooShort(int size, long bytes) {
        final MemorySegment memory = arena.allocate(bytes, 4096);
        final var thrown = assertThrows(IllegalArgumentException.class, () -> new BufferRing(memory, umem, size));
        assertEquals(
                "a buffer ring of " + size + " entries does not fit " + bytes
                        + " bytes; use a power of two, at most 32768, and 16 bytes for each",
                thrown.getMessage());
    }

    @Test
    void shouldDescribeEachFrameInThePlaceThatIsItsId() {
        assertEquals(SIZE, ring.size());
        for (int i = 0; i < SIZE; i++) {
            assertTrue(ring.hasRoom());
            ring.add((long) (FRAMES - 1 - i) * FRAME_SIZE);
            assertEquals(i + 1, ring.held());
        }
        assertFalse(ring.hasRoom());
        for (int i = 0; i < SIZE; i++) {
            final MemorySegment entry = kernel.ring().asSlice(i * io_uring_buf.sizeof(), io_uring_buf.sizeof());
            assertEquals(umem.baseAddress() + (FRAMES - 1 - i) * FRAME_SIZE, io_uring_buf.addr(entry));
            assertEquals(FRAME_SIZE, io_uring_buf.len(entry));
            assertEquals(i, io_uring_buf.bid(entry));
        }
    }

    @Test
    void shouldGiveTheKernelFramesAsLongAsTheUmems() {
        final Umem large = Umem.mapBuffers(arena, 2, 1 << 20, HugePages.OFF);
        final KernelBuffers side = KernelBuffers.of(arena, large, 2);
        final BufferRing buffers = side.bufferRing();
        buffers.add(1 << 20);
        buffers.publish();
        assertEquals(1 << 20, side.length());
        assertEquals(1 << 20, side.address());
    }

    @Test
    void shouldShowNothingToTheKernelBeforePublish() {
        add(3);
        assertEquals(0, kernel.available());
        ring.publish();
        assertEquals(3, kernel.available());
        add(2);
        assertEquals(3, kernel.available());
        ring.publish();
        ring.publish();
        assertEquals(5, kernel.available());
    }

    @Test
    void shouldLeaveTheTailAloneWhenAddingToTheFirstPlace() {
        final short marker = (short) 0xbeef;
        io_uring_buf_ring.tail(kernel.ring(), marker);
        ring.add(5 * FRAME_SIZE);
        assertEquals(marker, io_uring_buf_ring.tail(kernel.ring()), "the tail shares the first entry's padding");
        assertEquals(umem.baseAddress() + 5 * FRAME_SIZE, io_uring_buf.addr(kernel.ring()));
        assertEquals(FRAME_SIZE, io_uring_buf.len(kernel.ring()));
        assertEquals(0, io_uring_buf.bid(kernel.ring()));
    }

    @Test
    void shouldPublishSixteenBitsAndTouchNoEntry() {
        add(SIZE);
        kernel.ring().fill((byte) 0x5a);
        final MemorySegment expected =
                arena.allocate(kernel.ring().byteSize(), 8).fill((byte) 0x5a);
        io_uring_buf_ring.tail(expected, (short) SIZE);
        ring.publish();
        assertEquals(-1, expected.mismatch(kernel.ring()));
    }

    @Test
    void shouldWriteNoPaddingOfOtherEntries() {
        kernel.ring().fill((byte) 0x5a);
        add(SIZE);
        for (int i = 0; i < SIZE; i++) {
            final long padding = i * io_uring_buf.sizeof() + io_uring_buf.resv$offset();
            assertEquals(0x5a5a, kernel.ring().get(ValueLayout.JAVA_SHORT, padding), "padding of entry " + i);
        }
    }

    @Test
    void shouldHandOverTheFrameThatACompletionNames() {
        ring.add(7 * FRAME_SIZE);
        ring.add(3 * FRAME_SIZE);
        ring.publish();
        assertEquals(3 * FRAME_SIZE, ring.take(1));
        assertEquals(1, ring.held());
        assertEquals(7 * FRAME_SIZE, ring.take(0));
        assertEquals(0, ring.held());
    }

    @Test
    void shouldThrowWhenABufferIsTakenTwiceOrWasNeverAdded() {
        add(2);
        ring.publish();
        ring.take(1);
        final var thrown = assertThrows(IllegalStateException.class, () -> ring.take(1));
        assertEquals("buffer 1 is not in the ring; take each once", thrown.getMessage());
        assertThrows(IllegalStateException.class, () -> ring.take(2));
        assertEquals(1, ring.held());
        assertEquals(0, ring.take(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {SIZE, SIZE + 1, 0xffff, -1, Integer.MIN_VALUE})
    void shouldThrowWhenTheIdIsNoPlaceOfTheRing(int id) {
        add(SIZE);
        ring.publish();
        final var thrown = assertThrows(IllegalStateException.class, () -> ring.take(id));
        assertEquals("buffer " + id + " is not in the ring; take each once", thrown.getMessage());
        assertEquals(SIZE, ring.held());
    }

    @Test
    void shouldHaveNoRoomWhileTheNextPlacesFrameIsNotTakenThoughOthersAre() {
        add(SIZE);
        ring.publish();
        for (int i = 0; i < SIZE; i++) {
            kernel.select();
        }
        for (int id = SIZE - 1; id > 0; id--) {
            pool.give(ring.take(id));
            assertFalse(ring.hasRoom(), "place 0 is next, and its completion was not seen");
        }
        assertEquals(1, ring.held());
        pool.give(ring.take(0));
        add(SIZE);
        assertFalse(ring.hasRoom());
    }

    @Test
    void shouldHaveRoomForAsManyAsWereTakenInARow() {
        add(SIZE);
        for (final int id : new int[] {0, 1, 3}) {
            pool.give(ring.take(id));
        }
        add(2);
        assertFalse(ring.hasRoom(), "place 2 is the kernel's");
        pool.give(ring.take(2));
        add(2);
        assertFalse(ring.hasRoom());
        assertEquals(SIZE, ring.held());
    }

    @Test
    void shouldWrapFromTheLastBufferToTheFirst() {
        assertEquals(1, ring.next(0));
        assertEquals(SIZE - 1, ring.next(SIZE - 2));
        assertEquals(0, ring.next(SIZE - 1));
    }

    @Test
    void shouldWorkWithASinglePlace() {
        final KernelBuffers side = KernelBuffers.of(arena, umem, 1);
        final BufferRing single = side.bufferRing();
        assertEquals(0, single.next(0));
        for (int i = 0; i < 5; i++) {
            single.add((long) i * FRAME_SIZE);
            assertFalse(single.hasRoom());
            single.publish();
            assertEquals(1, side.available());
            assertEquals((long) i * FRAME_SIZE, side.address());
            assertEquals((long) i * FRAME_SIZE, single.take(side.select()));
        }
    }

    @Test
    void shouldLoseNoBufferWhenTheTailWrapsAndCompletionsComeInAnyOrder() {
        final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        final int[] selected = new int[SIZE];
        int underWay = 0;
        long added = 0;
        final Queue<Long> inOrder = new ArrayDeque<>();
        while (added < 3 * 65536) {
            while (ring.hasRoom()) {
                final long frame = pool.take();
                ring.add(frame);
                inOrder.add(frame);
                added++;
            }
            ring.publish();
            while (kernel.available() > 0) {
                assertEquals(inOrder.remove(), kernel.address());
                selected[underWay++] = kernel.select();
            }
            for (int completing = random.nextInt(underWay + 1); completing > 0; completing--) {
                final int which = random.nextInt(underWay);
                pool.give(ring.take(selected[which]));
                selected[which] = selected[--underWay];
            }
            assertEquals(underWay, ring.held());
            assertEquals(FRAMES, pool.available() + ring.held());
        }
    }

    @Test
    void shouldHoldAsManyBuffersAsIdsAllow() {
        final MemorySegment nowhere = MemorySegment.ofAddress(4096).reinterpret(2L * LARGEST * FRAME_SIZE);
        final Umem unmapped = Umem.over(nowhere, FRAME_SIZE);
        final KernelBuffers side = KernelBuffers.of(arena, unmapped, LARGEST);
        final BufferRing largest = side.bufferRing();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < LARGEST; i++) {
                largest.add((long) (i + round * 1000) * FRAME_SIZE);
            }
            assertFalse(largest.hasRoom());
            largest.publish();
            assertEquals(LARGEST, side.available());
            for (int i = 0; i < LARGEST; i++) {
                assertEquals(i, side.id());
                assertEquals((long) (i + round * 1000) * FRAME_SIZE, side.address());
                assertEquals((long) (i + round * 1000) * FRAME_SIZE, largest.take(side.select()));
            }
        }
        assertEquals(0, largest.next(LARGEST - 1));
    }

    @Test
    void shouldReceiveIntoItsFrames() {
        final UringKernelSide queues = UringKernelSide.of(arena, 1, SIZE);
        final CompletionQueue completions = queues.completionQueue();
        final MemorySegment packet = MemorySegment.ofArray(new byte[] {1, 2, 3});
        add(1);
        ring.publish();
        assertTrue(queues.receive(kernel, packet, 42));
        assertEquals(1, completions.peek(SIZE));
        final long frame = ring.take(CompletionQueue.bufferId(completions.flags(0)));
        assertEquals(-1, packet.mismatch(umem.memory().asSlice(frame, completions.result(0))));
    }

    @Test
    void shouldTakeFromAPoolWhatItHasPlacesForOrThePoolHasFrames() {
        assertEquals(SIZE, ring.fillFrom(pool));
        assertFalse(ring.hasRoom());
        assertEquals(0, ring.fillFrom(pool));
        assertEquals(FRAMES - SIZE, pool.available());
        ring.take(1);
        assertEquals(0, ring.fillFrom(pool), "place 0 is next");
        ring.take(0);
        while (pool.available() > 1) {
            pool.take();
        }
        assertEquals(1, ring.fillFrom(pool));
        assertEquals(SIZE - 1, ring.held());
        assertEquals(0, ring.fillFrom(pool));
    }

    @Test
    void shouldKeepFramesThatComeHomeInOrderWhereTheyWere() {
        ring.fillFrom(pool);
        final long[] frames = new long[SIZE];
        for (int i = 0; i < SIZE; i++) {
            frames[i] = kernelsFrame(i);
        }
        int next = 0;
        for (int round = 0; round < 200; round++) {
            final int batch = 1 + round * 7 % SIZE;
            for (int i = 0; i < batch; i++) {
                pool.give(ring.take(next++ % SIZE));
            }
            assertEquals(batch, ring.fillFrom(pool));
        }
        for (int i = 0; i < SIZE; i++) {
            assertEquals(frames[i], kernelsFrame(i));
        }
    }

    private long kernelsFrame(int place) {
        return io_uring_buf.addr(kernel.ring().asSlice(place * io_uring_buf.sizeof(), io_uring_buf.sizeof()));
    }

    @Test
    void shouldReportToAnAuditWhatItHoldsAndNothingElse() {
        add(SIZE);
        ring.publish();
        kernel.select();
        final long taken = ring.take(5);
        final FrameAudit audit = new FrameAudit(umem);
        audit.add(ring);
        assertEquals(SIZE - 1, audit.count(Place.BUFFER_RING));
        audit.found(Place.STAGE, taken);
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals("frames 32, POOL 24, BUFFER_RING 7, STAGE 1", audit.toString());
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(ring.hasRoom());
            ring.add(pool.take());
        }
    }
}
