package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fixture itself: what it does must be what the kernel does. */
final class KernelSideTest {
    private static final int SIZE = 4;
    private static final MemorySegment PACKET = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5});

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.over(arena.allocate(8 * 2048, 4096), 2048);
    private final KernelSide kernel = KernelSide.of(arena, umem, SIZE);
    private final FillRing fill = kernel.fillRing();
    private final RxRing rx = kernel.rxRing();
    private final TxRing tx = kernel.txRing();
    private final CompletionRing completion = kernel.completionRing();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldCopyThePacketIntoTheFrameOfferedFirst() {
        fill(3 * 2048 + 100, 5 * 2048);
        assertTrue(kernel.receive(PACKET));
        assertEquals(1, rx.peek(SIZE));
        assertEquals(3 * 2048 + KernelSide.HEADROOM, rx.address(0));
        assertEquals(PACKET.byteSize(), rx.length(0));
        assertEquals(-1, PACKET.mismatch(umem.memory().asSlice(rx.address(0), rx.length(0))));
        assertEquals(1, fill.pending());
    }

    @Test
    void shouldCountPacketsThatFoundNoFrame() {
        assertFalse(kernel.receive(PACKET));
        assertEquals(1, kernel.fillRingEmpty());
        assertEquals(0, rx.peek(SIZE));
    }

    @Test
    void shouldCountPacketsThatFoundTheRxRingFullAndKeepTheirFramesInTheFillRing() {
        fill(0, 2048, 4096, 6144);
        assertEquals(SIZE, kernel.receive(SIZE, 60));
        fill(8192);
        assertFalse(kernel.receive(PACKET));
        assertEquals(1, kernel.rxRingFull());
        assertEquals(1, fill.pending());
    }

    @Test
    void shouldSendInOrderAndCompleteWithTheAddressesAsGiven() {
        tx.reserve(2);
        tx.frame(0, 2048 + 256, 60);
        tx.frame(1, 4096 + 14, 61);
        tx.submit(2);
        final StringBuilder wire = new StringBuilder();
        kernel.transmit(
                SIZE,
                (address, length, options) ->
                        wire.append(address).append('/').append(length).append(' '));
        assertEquals("2304/60 4110/61 ", wire.toString());
        assertEquals(2, completion.peek(SIZE));
        assertEquals(2048 + 256, completion.address(0));
        assertEquals(4096 + 14, completion.address(1));
    }

    @Test
    void shouldSendNothingWhileCompletionsAreNotTaken() {
        transmit(SIZE);
        transmit(2);
        assertEquals(2, tx.pending());
        assertEquals(SIZE, completion.peek(SIZE));
        completion.release(1);
        assertEquals(1, kernel.transmit(SIZE));
        assertEquals(1, tx.pending());
    }

    @Test
    void shouldSetTheWakeUpFlagOfOneRingOnly() {
        kernel.needFillWakeUp(true);
        assertTrue(fill.needsWakeUp());
        assertFalse(tx.needsWakeUp());
        kernel.needFillWakeUp(false);
        kernel.needTxWakeUp(true);
        assertFalse(fill.needsWakeUp());
        assertTrue(tx.needsWakeUp());
    }

    @Test
    void shouldShowWritesOfTheFrameToTheWire() {
        fill(2048);
        kernel.receive(PACKET);
        rx.peek(1);
        umem.memory().set(ValueLayout.JAVA_BYTE, rx.address(0), (byte) 42);
        tx.reserve(1);
        tx.frame(0, rx.address(0), rx.length(0));
        tx.submit(1);
        rx.release(1);
        kernel.transmit(
                1, (address, length, options) -> assertEquals(42, umem.memory().get(ValueLayout.JAVA_BYTE, address)));
    }

    private void fill(long... addresses) {
        assertEquals(addresses.length, fill.reserve(addresses.length));
        for (int i = 0; i < addresses.length; i++) {
            fill.address(i, addresses[i]);
        }
        fill.submit(addresses.length);
    }

    private void transmit(int count) {
        assertEquals(count, tx.reserve(count));
        for (int i = 0; i < count; i++) {
            tx.frame(i, 2048L * i, 60);
        }
        tx.submit(count);
        kernel.transmit(count);
    }
}
