package io.millrace.ring;

import io.millrace.bindings.uring.io_uring_sqe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes an entry of the submission queue, {@code struct io_uring_sqe} of {@code linux/io_uring.h}; what a field means
 * to an operation is said by the manual page io_uring_enter(2).
 *
 * <pre>
 *   0        1       2        4          8             16       24      28          32
 *   +--------+-------+--------+----------+-------------+--------+-------+-----------+
 *   | opcode | flags | ioprio |    fd    | off / addr2 |  addr  |  len  | op. flags |
 *   +--------+-------+--------+----------+-------------+--------+-------+-----------+
 *   32                        40       42              44                     48   64
 *   +-------------------------+--------+---------------+----------------------+-----+
 *   |        user data        | buffer |       0       | addr_len / splice fd |  0  |
 *   +-------------------------+--------+---------------+----------------------+-----+
 * </pre>
 */
public final class SubmissionEntry {
    /** Bytes of an entry. */
    public static final int LENGTH = 64;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final long OPCODE = io_uring_sqe.opcode$offset();
    private static final long FLAGS = io_uring_sqe.flags$offset();
    private static final long IO_PRIORITY = io_uring_sqe.ioprio$offset();
    private static final long FD = io_uring_sqe.fd$offset();
    private static final long OFFSET = io_uring_sqe.off$offset();
    private static final long ADDRESS = io_uring_sqe.addr$offset();
    private static final long BYTES = io_uring_sqe.len$offset();
    private static final long OPERATION_FLAGS = io_uring_sqe.rw_flags$offset();
    private static final long USER_DATA = io_uring_sqe.user_data$offset();
    private static final long BUFFER = io_uring_sqe.buf_index$offset();
    private static final long ADDRESS_LENGTH = io_uring_sqe.addr_len$offset();
    private static final long SPLICE_FD = io_uring_sqe.splice_fd_in$offset();

    private SubmissionEntry() {}

    static void clear(MemorySegment entries, long at) {
        for (long i = at; i < at + LENGTH; i += Long.BYTES) {
            entries.set(LONG, i, 0L);
        }
    }

    /** Writes what every operation has. */
    public static void write(
            MemorySegment entries, long at, int opcode, int fd, long address, int length, long userData) {
        entries.set(BYTE, at + OPCODE, (byte) opcode);
        entries.set(INT, at + FD, fd);
        entries.set(LONG, at + ADDRESS, address);
        entries.set(INT, at + BYTES, length);
        entries.set(LONG, at + USER_DATA, userData);
    }

    /** Sets flags {@code IOSQE_…}. */
    public static void flags(MemorySegment entries, long at, int flags) {
        entries.set(BYTE, at + FLAGS, (byte) flags);
    }

    /** {@code ioprio}, where networking operations have their {@code IORING_RECV…}, {@code IORING_ACCEPT…} flags. */
    public static void ioPriority(MemorySegment entries, long at, int flags) {
        entries.set(SHORT, at + IO_PRIORITY, (short) flags);
    }

    /** The operation's own flags: {@code msg_flags}, {@code accept_flags}, {@code timeout_flags}… */
    public static void operationFlags(MemorySegment entries, long at, int flags) {
        entries.set(INT, at + OPERATION_FLAGS, flags);
    }

    /** {@code off}, which some operations call {@code addr2}. */
    public static void offset(MemorySegment entries, long at, long offset) {
        entries.set(LONG, at + OFFSET, offset);
    }

    /** {@code buf_group} of an operation that picks a provided buffer, {@code buf_index} of a registered one. */
    public static void buffer(MemorySegment entries, long at, int groupOrIndex) {
        entries.set(SHORT, at + BUFFER, (short) groupOrIndex);
    }

    /** The destination of a send: {@code addr2} and {@code addr_len}. */
    public static void destination(MemorySegment entries, long at, long address, int length) {
        entries.set(LONG, at + OFFSET, address);
        entries.set(SHORT, at + ADDRESS_LENGTH, (short) length);
    }

    /** Where a splice reads from, and at which offset; -1 for a pipe. */
    public static void spliceFrom(MemorySegment entries, long at, int fd, long offset) {
        entries.set(INT, at + SPLICE_FD, fd);
        entries.set(LONG, at + ADDRESS, offset);
    }
}
