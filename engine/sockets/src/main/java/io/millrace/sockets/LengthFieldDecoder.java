package io.millrace.sockets;

import io.millrace.spi.Framing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Decodes messages that begin with their length. */
final class LengthFieldDecoder implements FrameDecoder {
    private static final int BYTE_MASK = 0xff;

    private final int prefix;
    private final boolean littleEndian;
    private final long most;
    private final int strippedHead;

    LengthFieldDecoder(Framing.ByLength framing, int mostBytes) {
        prefix = framing.prefixLength();
        littleEndian = framing.littleEndian();
        most = Math.min(framing.max(), mostBytes - prefix);
        strippedHead = framing.strip() ? prefix : 0;
    }

    @Override
    public int length(MemorySegment memory, long at, int available, int searched) {
        if (available < prefix) {
            return INCOMPLETE;
        }
        long length = read(memory, at);
        if (length > most) {
            return TOO_LONG;
        }
        int total = prefix + (int) length;
        return total <= available ? total : INCOMPLETE;
    }

    @Override
    public int wanted(MemorySegment memory, long partial, int partialLength, long chunk, int chunkLength) {
        long total = partialLength < prefix ? prefix : prefix + read(memory, partial);
        return (int) Math.min(total - partialLength, chunkLength);
    }

    /** Reads an unsigned number, so that four bytes of 0xff are 4 GiB and not -1. */
    private long read(MemorySegment memory, long at) {
        long value = 0;
        for (int i = 0; i < prefix; i++) {
            long next = memory.get(ValueLayout.JAVA_BYTE, at + i) & BYTE_MASK;
            value |= next << Byte.SIZE * (littleEndian ? i : prefix - 1 - i);
        }
        return value;
    }

    @Override
    public int strippedHead() {
        return strippedHead;
    }

    @Override
    public int strippedTail() {
        return 0;
    }
}
