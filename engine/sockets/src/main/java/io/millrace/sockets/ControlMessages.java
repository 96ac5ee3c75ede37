package io.millrace.sockets;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Ancillary data of a datagram, cmsg(3): what the kernel tells with a received one, and what is asked of a sent one.
 *
 * <pre>
 *   0              8        12       16
 *  +--------------+--------+--------+-------- - - --+---
 *  | length       | level  | type   | data          | the next one, aligned to 8
 *  +--------------+--------+--------+-------- - - --+---
 * </pre>
 */
final class ControlMessages {
    /** Bytes in front of a message's data. */
    static final int HEADER = 16;
    /** What {@link #find} says when there is no such message. */
    static final long NONE = -1;

    private static final long LEVEL = 8;
    private static final long TYPE = 12;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private ControlMessages() {}

    /** Bytes that a message with so much data takes, {@code CMSG_SPACE}. */
    static int space(int dataLength) {
        return align(HEADER + dataLength);
    }

    private static int align(int length) {
        return length + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * Where a message's data starts in {@code memory}, or {@link #NONE}.
     *
     * @param start  of the first message
     * @param length bytes of all messages, as the kernel says
     */
    static long find(MemorySegment memory, long start, int length, int level, int type) {
        long at = start;
        long end = start + length;
        while (at + HEADER <= end) {
            long messageLength = memory.get(LONG, at);
            if (memory.get(INT, at + LEVEL) == level && memory.get(INT, at + TYPE) == type) {
                return at + HEADER;
            }
            if (messageLength < HEADER) {
                return NONE;
            }
            at += align((int) messageLength);
        }
        return NONE;
    }

    /** Writes a message's header; its data follow at {@code at + HEADER}. */
    static void write(MemorySegment memory, long at, int level, int type, int dataLength) {
        memory.set(LONG, at, (long) HEADER + dataLength);
        memory.set(INT, at + LEVEL, level);
        memory.set(INT, at + TYPE, type);
    }
}
