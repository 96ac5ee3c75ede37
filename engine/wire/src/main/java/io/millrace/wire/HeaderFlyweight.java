package io.millrace.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The base of all header views. Used by one thread only. Fields are big-endian, lengths and offsets are in bytes, and
 * offsets that views return count from the start of the buffer.
 */
public abstract sealed class HeaderFlyweight
        permits EthernetFlyweight, Ipv4Flyweight, Ipv6Flyweight, TcpFlyweight, UdpFlyweight {
    /** The byte order of the network. */
    static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

    private DirectBuffer buffer;
    private MutableDirectBuffer writable;
    private int offset;
    private int available;

    HeaderFlyweight() {}

    /**
     * Moves the view to a header that may be changed.
     *
     * @param offset the offset of the header's first byte in the buffer
     * @param length how many bytes there are from there on
     * @return whether the header is complete and plausible; if not, the getters' results have no meaning
     */
    public final boolean wrap(MutableDirectBuffer buffer, int offset, int length) {
        if (writable != buffer) { // storing a reference costs the collector's write barrier
            writable = buffer;
        }
        return view(buffer, offset, length);
    }

    /** Moves the view to a header that is only read, like the other {@code wrap}; setters throw. */
    public final boolean wrap(DirectBuffer buffer, int offset, int length) {
        if (writable != null) {
            writable = null;
        }
        return view(buffer, offset, length);
    }

    private boolean view(DirectBuffer viewed, int start, int length) {
        if (buffer != viewed) {
            buffer = viewed;
        }
        offset = start;
        available = length;
        return isWhole(viewed, start, length);
    }

    /**
     * Checks the header, and keeps what is worth computing only once. The buffer and the offset are passed as
     * parameters although fields have them, too: the JIT knows that a parameter is the buffer which the caller has just
     * moved, and so knows its address; a field could refer to another buffer.
     */
    abstract boolean isWhole(DirectBuffer bytes, int start, int length);

    static int u8(DirectBuffer bytes, int at) {
        return bytes.getByte(at) & 0xff;
    }

    static int u16(DirectBuffer bytes, int at) {
        return bytes.getChar(at, BIG);
    }

    /** Length of the header with all that belongs to it: tags, options, extension headers. */
    public abstract int headerLength();

    /** Length of what follows the header. */
    public abstract int payloadLength();

    /** Where the header starts. */
    public final int offset() {
        return offset;
    }

    /** Where what follows the header starts. */
    public final int payloadOffset() {
        return offset + headerLength();
    }

    final DirectBuffer buffer() {
        return buffer;
    }

    final int available() {
        return available;
    }

    /**
     * The number of bytes from the header on that are in the buffer; fewer than there are if the frame continues in
     * another segment.
     */
    final int present() {
        return buffer.capacity() - offset;
    }

    /** @throws IllegalStateException if the header was wrapped for reading only */
    final MutableDirectBuffer writable() {
        if (writable == null) {
            throw new IllegalStateException("the header is only read; wrap a MutableDirectBuffer to change it");
        }
        return writable;
    }

    final int u8(int field) {
        return u8(buffer, offset + field);
    }

    final int u16(int field) {
        return u16(buffer, offset + field);
    }

    final int i32(int field) {
        return buffer.getInt(offset + field, BIG);
    }

    final long u32(int field) {
        return i32(field) & 0xffff_ffffL;
    }

    final long i64(int field) {
        return buffer.getLong(offset + field, BIG);
    }

    final void u8(int field, int value) {
        writable().putByte(offset + field, (byte) value);
    }

    final void u16(int field, int value) {
        writable().putShort(offset + field, (short) value, BIG);
    }

    final void i32(int field, int value) {
        writable().putInt(offset + field, value, BIG);
    }

    final void i64(int field, long value) {
        writable().putLong(offset + field, value, BIG);
    }
}
