package io.millrace.spi;

import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Agrona's buffer for native memory only, moved from frame to frame. Used by one thread only.
 *
 * <p>An {@link UnsafeBuffer} may also wrap an array. The JIT can't exclude that where the buffer is read, so it has to
 * assume that each access may touch any object, and reloads every field after it, the buffer's own included. Accesses
 * that can only go to native memory let fields stay in registers. Indexes are checked against the frame's bounds even
 * if Agrona's own checks are switched off.
 */
public final class FrameBuffer extends UnsafeBuffer {
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    private static final long LARGEST_FRAME = 1 << 20;
    /**
     * The memory that the buffer points to while there is no frame. Its capacity is 0 then, so every access throws. But
     * another thread, to which a stage gave the buffer against the rules, may have checked its index against the former
     * capacity: it then reads here, and not at an address that crashes the JVM.
     */
    private static final long NOWHERE = Arena.global().allocate(LARGEST_FRAME).address();

    /** Whether the superclass constructor, which calls wrap, has returned. */
    private final boolean isMade;

    /** Makes a buffer of no bytes. */
    public FrameBuffer() {
        super(NOWHERE, 0);
        isMade = true;
    }

    /** Moves the buffer. It stores no reference, which would cost the collector's write barrier. */
    public void show(long address, int length) {
        addressOffset = address;
        capacity = length;
    }

    /**
     * Moves the buffer to a frame at a position that another thread may have changed meanwhile, against the rules; so
     * the position is checked.
     *
     * @throws IllegalStateException if the position is outside the frames' memory; the buffer then stays where it is
     */
    public void show(Umem umem, long address, int length) {
        if (address < 0 || length < 0 || address > umem.lengthBytes() - length) {
            throw new IllegalStateException(
                    "the frame has changed meanwhile: a frame is its stage's thread's own; take a"
                            + " lease for another thread");
        }
        show(umem.baseAddress() + address, length);
    }

    /** Revokes the buffer: from now on it has no bytes. */
    public void revoke() {
        show(NOWHERE, 0);
    }

    @Override
    public void wrap(long address, int length) {
        if (isMade) {
            throw framesOnly();
        }
        show(address, length);
    }

    @Override
    public void wrap(byte[] buffer) {
        throw framesOnly();
    }

    @Override
    public void wrap(byte[] buffer, int offset, int length) {
        throw framesOnly();
    }

    @Override
    public void wrap(ByteBuffer buffer) {
        throw framesOnly();
    }

    @Override
    public void wrap(ByteBuffer buffer, int offset, int length) {
        throw framesOnly();
    }

    @Override
    public void wrap(DirectBuffer buffer) {
        throw framesOnly();
    }

    @Override
    public void wrap(DirectBuffer buffer, int offset, int length) {
        throw framesOnly();
    }

    private static UnsupportedOperationException framesOnly() {
        return new UnsupportedOperationException("a frame's buffer shows frames only; wrap an UnsafeBuffer instead");
    }

    @Override
    public byte getByte(int index) {
        return UnsafeApi.getByte(at(index, Byte.BYTES));
    }

    @Override
    public void putByte(int index, byte value) {
        UnsafeApi.putByte(at(index, Byte.BYTES), value);
    }

    @Override
    public short getShort(int index) {
        return UnsafeApi.getShort(at(index, Short.BYTES));
    }

    @Override
    public short getShort(int index, ByteOrder order) {
        short bits = getShort(index);
        return order == NATIVE ? bits : Short.reverseBytes(bits);
    }

    @Override
    public void putShort(int index, short value) {
        UnsafeApi.putShort(at(index, Short.BYTES), value);
    }

    @Override
    public void putShort(int index, short value, ByteOrder order) {
        putShort(index, order == NATIVE ? value : Short.reverseBytes(value));
    }

    @Override
    public char getChar(int index) {
        return UnsafeApi.getChar(at(index, Character.BYTES));
    }

    @Override
    public char getChar(int index, ByteOrder order) {
        char bits = getChar(index);
        return order == NATIVE ? bits : Character.reverseBytes(bits);
    }

    @Override
    public int getInt(int index) {
        return UnsafeApi.getInt(at(index, Integer.BYTES));
    }

    @Override
    public int getInt(int index, ByteOrder order) {
        int bits = getInt(index);
        return order == NATIVE ? bits : Integer.reverseBytes(bits);
    }

    @Override
    public void putInt(int index, int value) {
        UnsafeApi.putInt(at(index, Integer.BYTES), value);
    }

    @Override
    public void putInt(int index, int value, ByteOrder order) {
        putInt(index, order == NATIVE ? value : Integer.reverseBytes(value));
    }

    @Override
    public long getLong(int index) {
        return UnsafeApi.getLong(at(index, Long.BYTES));
    }

    @Override
    public long getLong(int index, ByteOrder order) {
        long bits = getLong(index);
        return order == NATIVE ? bits : Long.reverseBytes(bits);
    }

    @Override
    public void putLong(int index, long value) {
        UnsafeApi.putLong(at(index, Long.BYTES), value);
    }

    @Override
    public void putLong(int index, long value, ByteOrder order) {
        putLong(index, order == NATIVE ? value : Long.reverseBytes(value));
    }

    @Override
    public float getFloat(int index, ByteOrder order) {
        return Float.intBitsToFloat(getInt(index, order));
    }

    @Override
    public void putFloat(int index, float value, ByteOrder order) {
        putInt(index, Float.floatToRawIntBits(value), order);
    }

    @Override
    public double getDouble(int index, ByteOrder order) {
        return Double.longBitsToDouble(getLong(index, order));
    }

    @Override
    public void putDouble(int index, double value, ByteOrder order) {
        putLong(index, Double.doubleToRawLongBits(value), order);
    }

    /** Returns the address of a value after checking its bounds; a revoked buffer has no valid index. */
    private long at(int index, int bytes) {
        if (index < 0 || capacity - index < bytes) {
            throw outOfBounds(index, bytes);
        }
        return addressOffset + index;
    }

    private IndexOutOfBoundsException outOfBounds(int index, int bytes) {
        return new IndexOutOfBoundsException("index=" + index + " length=" + bytes + " capacity=" + capacity);
    }
}
