package io.millrace.sockets;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The ancillary data of a datagram, cmsg(3): what the kernel tells about a received one, and what is asked for a sent
 * one.
 *
 * <pre>
 *   0              8        12       16
 *  +--------------+--------+--------+-------- - - --+---
 *  | length       | level  | type   | data          | the next one, aligned to 8
 *  +--------------+--------+--------+-------- - - --+---
 * </pre>
 */
final class ControlMessages {
    /** The bytes in front of a message's data. */
    static final int HEADER = 16;
    /** The result of {@link #find} if there is no such message. */
    static final long NONE = -1;

    private static final long LEVEL = 8;
    private static final long TYPE = 12;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private ControlMessages() {}

    /** The space of a message with so much data, {@code CMSG_SPACE}. */
    static int space(int dataLength) {
        return align(HEADER + dataLength);
    }

    private static int align(int length) {
        return length + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * Returns where a message's data starts in {@code memory}, or {@link #NONE}.
     *
     * @param start  where the first message starts
     * @param length the length of all messages, as the kernel says
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

    /** Writes a message's header; its data has to follow at {@code at + HEADER}. */
    static void write(MemorySegment memory, long at, int level, int type, int dataLength) {
        memory.set(LONG, at, (long) HEADER + dataLength);
        memory.set(INT, at + LEVEL, level);
        memory.set(INT, at + TYPE, type);
    }
}
