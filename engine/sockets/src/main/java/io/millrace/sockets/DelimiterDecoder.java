package io.millrace.sockets;

import io.millrace.spi.Framing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Decodes messages that end with a delimiter. */
final class DelimiterDecoder implements FrameDecoder {
    private final byte[] delimiter;
    private final byte last;
    /** The length of the longest message, including its delimiter. */
    private final int most;

    private final int strippedTail;
    private final boolean deliversUnterminated;

    DelimiterDecoder(Framing.ByDelimiter framing, int mostBytes) {
        delimiter = framing.delimiter();
        last = delimiter[delimiter.length - 1];
        most = (int) Math.min((long) framing.max() + delimiter.length, mostBytes);
        deliversUnterminated = framing.deliversUnterminated();
        strippedTail = framing.strip() ? delimiter.length : 0;
    }

    @Override
    public int length(MemorySegment memory, long at, int available, int searched) {
        int limit = Math.min(available, most);
        for (int end = Math.max(searched, delimiter.length - 1); end < limit; end++) {
            if (memory.get(ValueLayout.JAVA_BYTE, at + end) == last && endsAt(memory, at + end)) {
                return end + 1;
            }
        }
        return available >= most ? TOO_LONG : INCOMPLETE;
    }

    private boolean endsAt(MemorySegment memory, long end) {
        int length = delimiter.length;
        for (int i = 1; i < length; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, end - i) != delimiter[length - 1 - i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int wanted(MemorySegment memory, long partial, int partialLength, long chunk, int chunkLength) {
        for (int i = 0; i < chunkLength; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, chunk + i) == last
                    && endsAcross(memory, partial, partialLength, chunk, i)) {
                return i + 1;
            }
        }
        return chunkLength;
    }

    /**
     * Returns whether the delimiter ends with the chunk's byte {@code end}; its first bytes may be in the partial
     * message.
     */
    private boolean endsAcross(MemorySegment memory, long partial, int partialLength, long chunk, int end) {
        int length = delimiter.length;
        for (int i = 1; i < length; i++) {
            int at = end - i;
            if (at < 0 && partialLength + at < 0) {
                return false;
            }
            byte there = memory.get(ValueLayout.JAVA_BYTE, at >= 0 ? chunk + at : partial + partialLength + at);
            if (there != delimiter[length - 1 - i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int strippedHead() {
        return 0;
    }

    @Override
    public int strippedTail() {
        return strippedTail;
    }

    @Override
    public boolean deliversUnterminated() {
        return deliversUnterminated;
    }
}
