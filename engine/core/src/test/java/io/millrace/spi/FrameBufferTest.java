package io.millrace.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameBufferTest {
    private static final int LENGTH = 64;
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** Something that reads or writes a number of so many bytes. */
    private record Access(
            int bytes, BiFunction<DirectBuffer, Integer, Number> get, BiConsumer<MutableDirectBuffer, Integer> put) {}

    private static final List<Access> ALL = List.of(
            new Access(1, DirectBuffer::getByte, (buffer, at) -> buffer.putByte(at, (byte) 0x81)),
            new Access(2, DirectBuffer::getShort, (buffer, at) -> buffer.putShort(at, (short) 0x8182)),
            new Access(
                    2, (buffer, at) -> buffer.getShort(at, BIG), (buffer, at) -> buffer.putShort(at, (short) 1, BIG)),
            new Access(
                    2,
                    (buffer, at) -> buffer.getShort(at, LITTLE),
                    (buffer, at) -> buffer.putShort(at, (short) 2, LITTLE)),
            new Access(2, (buffer, at) -> (int) buffer.getChar(at), (buffer, at) -> buffer.putChar(at, '\u8182')),
            new Access(2, (buffer, at) -> (int) buffer.getChar(at, BIG), (buffer, at) -> buffer.putChar(at, 'b', BIG)),
            new Access(
                    2,
                    (buffer, at) -> (int) buffer.getChar(at, LITTLE),
                    (buffer, at) -> buffer.putChar(at, 'l', LITTLE)),
            new Access(4, DirectBuffer::getInt, (buffer, at) -> buffer.putInt(at, 0x8182_8384)),
            new Access(4, (buffer, at) -> buffer.getInt(at, BIG), (buffer, at) -> buffer.putInt(at, 0x0102_0304, BIG)),
            new Access(4, (buffer, at) -> buffer.getInt(at, LITTLE), (buffer, at) -> buffer.putInt(at, 5, LITTLE)),
            new Access(8, DirectBuffer::getLong, (buffer, at) -> buffer.putLong(at, 0x8182_8384_8586_8788L)),
            new Access(8, (buffer, at) -> buffer.getLong(at, BIG), (buffer, at) -> buffer.putLong(at, 6L, BIG)),
            new Access(8, (buffer, at) -> buffer.getLong(at, LITTLE), (buffer, at) -> buffer.putLong(at, 7L, LITTLE)),
            new Access(4, DirectBuffer::getFloat, (buffer, at) -> buffer.putFloat(at, 1.5f)),
            new Access(4, (buffer, at) -> buffer.getFloat(at, BIG), (buffer, at) -> buffer.putFloat(at, -2.5f, BIG)),
            new Access(4, (buffer, at) -> buffer.getFloat(at, LITTLE), (buffer, at) -> buffer.putFloat(at, 3f, LITTLE)),
            new Access(8, DirectBuffer::getDouble, (buffer, at) -> buffer.putDouble(at, 0.1)),
            new Access(8, (buffer, at) -> buffer.getDouble(at, BIG), (buffer, at) -> buffer.putDouble(at, -0.2, BIG)),
            new Access(
                    8,
                    (buffer, at) -> buffer.getDouble(at, LITTLE),
                    (buffer, at) -> buffer.putDouble(at, 0.3, LITTLE)));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(3 * LENGTH);
    private final FrameBuffer buffer = new FrameBuffer();

    FrameBufferTest() {
        buffer.show(memory.address() + LENGTH, LENGTH);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldReadAndWriteAsAgronasBufferDoes() {
        byte[] bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        UnsafeBuffer onHeap = new UnsafeBuffer(bytes);
        buffer.putBytes(0, bytes);
        for (Access access : ALL) {
            for (int at = 0; at <= LENGTH - access.bytes; at++) {
                assertEquals(access.get.apply(onHeap, at), access.get.apply(buffer, at));
            }
            access.put.accept(onHeap, 13);
            access.put.accept(buffer, 13);
            byte[] written = new byte[LENGTH];
            buffer.getBytes(0, written);
            assertArrayEquals(bytes, written);
        }
    }

    @Test
    void shouldTouchNothingBeyondItsEnds() {
        for (Access access : ALL) {
            for (int at : new int[] {
                -1, -access.bytes, Integer.MIN_VALUE, LENGTH - access.bytes + 1, LENGTH, Integer.MAX_VALUE
            }) {
                assertThrows(IndexOutOfBoundsException.class, () -> access.get.apply(buffer, at));
                assertThrows(IndexOutOfBoundsException.class, () -> access.put.accept(buffer, at));
            }
            assertDoesNotThrow(() -> access.put.accept(buffer, LENGTH - access.bytes));
        }
        assertEquals(0, memory.get(ValueLayout.JAVA_LONG, LENGTH - Long.BYTES));
        assertEquals(0, memory.get(ValueLayout.JAVA_LONG, 2 * LENGTH));
    }

    @Test
    void shouldThrowWhenItShowsNothing() {
        buffer.show(memory.address(), 0);
        for (Access access : ALL) {
            assertThrows(IndexOutOfBoundsException.class, () -> access.get.apply(buffer, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> access.put.accept(buffer, 0));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> new FrameBuffer().getByte(0));
    }

    @Test
    void shouldShowFramesOnly() {
        byte[] bytes = new byte[LENGTH];
        ByteBuffer bytesOfNio = ByteBuffer.allocateDirect(LENGTH);
        for (Runnable wrap : List.<Runnable>of(
                () -> buffer.wrap(1L, LENGTH),
                () -> buffer.wrap(bytes),
                () -> buffer.wrap(bytes, 0, 1),
                () -> buffer.wrap(bytesOfNio),
                () -> buffer.wrap(bytesOfNio, 0, 1),
                () -> buffer.wrap(new UnsafeBuffer(bytes)),
                () -> buffer.wrap(new UnsafeBuffer(bytes), 0, 1))) {
            assertThrows(UnsupportedOperationException.class, wrap::run);
        }
        assertEquals(LENGTH, buffer.capacity());
    }
}
