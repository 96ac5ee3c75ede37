package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bindings.uring.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each method against the accessors generated from the kernel's header: what it writes, and that it writes no more. */
final class SubmissionEntryTest {
    private static final int ENTRIES = 4;
    private static final long AT = 2 * SubmissionEntry.LENGTH;
    private static final byte NOISE = 0x5a;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment entries =
            arena.allocate(ENTRIES * SubmissionEntry.LENGTH, 8).fill(NOISE);
    private final MemorySegment expected =
            arena.allocate(ENTRIES * SubmissionEntry.LENGTH, 8).fill(NOISE);
    private final MemorySegment entry = expected.asSlice(AT, SubmissionEntry.LENGTH);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldClearAllOfAnEntryAndNoOther() {
        entry.fill((byte) 0);
        assertWrites(at -> SubmissionEntry.clear(entries, at));
    }

    @Test
    void shouldWriteWhatEveryOperationHas() {
        io_uring_sqe.opcode(entry, (byte) 200);
        io_uring_sqe.fd(entry, 0x01020304);
        io_uring_sqe.addr(entry, 0x0102030405060708L);
        io_uring_sqe.len(entry, 0x090a0b0c);
        io_uring_sqe.user_data(entry, 0xf1f2f3f4f5f6f7f8L);
        assertWrites(at -> SubmissionEntry.write(
                entries, at, 200, 0x01020304, 0x0102030405060708L, 0x090a0b0c, 0xf1f2f3f4f5f6f7f8L));
    }

    @Test
    void shouldWriteNegativeNumbersWhole() {
        io_uring_sqe.opcode(entry, (byte) -1);
        io_uring_sqe.fd(entry, -1);
        io_uring_sqe.addr(entry, -1);
        io_uring_sqe.len(entry, -1);
        io_uring_sqe.user_data(entry, -1);
        assertWrites(at -> SubmissionEntry.write(entries, at, 255, -1, -1, -1, -1));
    }

    @Test
    void shouldWriteFlags() {
        io_uring_sqe.flags(entry, (byte) 0xc3);
        assertWrites(at -> SubmissionEntry.flags(entries, at, 0xc3));
    }

    @Test
    void shouldWriteThePriority() {
        io_uring_sqe.ioprio(entry, (short) 0xc3d4);
        assertWrites(at -> SubmissionEntry.ioPriority(entries, at, 0xc3d4));
    }

    @Test
    void shouldWriteTheOperationsFlagsWhicheverItsNameForThem() {
        io_uring_sqe.msg_flags(entry, 0xc3d4e5f6);
        assertWrites(at -> SubmissionEntry.operationFlags(entries, at, 0xc3d4e5f6));
        io_uring_sqe.accept_flags(entry, 1);
        assertWrites(at -> SubmissionEntry.operationFlags(entries, at, 1));
        io_uring_sqe.timeout_flags(entry, 2);
        assertWrites(at -> SubmissionEntry.operationFlags(entries, at, 2));
        io_uring_sqe.cancel_flags(entry, 3);
        assertWrites(at -> SubmissionEntry.operationFlags(entries, at, 3));
        io_uring_sqe.splice_flags(entry, 4);
        assertWrites(at -> SubmissionEntry.operationFlags(entries, at, 4));
        io_uring_sqe.poll32_events(entry, 5);
        assertWrites(at -> SubmissionEntry.operationFlags(entries, at, 5));
    }

    @Test
    void shouldWriteTheOffsetUnderBothItsNames() {
        io_uring_sqe.off(entry, 0xf1f2f3f4f5f6f7f8L);
        assertWrites(at -> SubmissionEntry.offset(entries, at, 0xf1f2f3f4f5f6f7f8L));
        io_uring_sqe.addr2(entry, 42);
        assertWrites(at -> SubmissionEntry.offset(entries, at, 42));
    }

    @Test
    void shouldWriteTheBufferGroupOrIndex() {
        io_uring_sqe.buf_group(entry, (short) 0xfffe);
        assertWrites(at -> SubmissionEntry.buffer(entries, at, 0xfffe));
        io_uring_sqe.buf_index(entry, (short) 7);
        assertWrites(at -> SubmissionEntry.buffer(entries, at, 7));
    }

    @Test
    void shouldWriteADestinationWithoutTouchingTheRestOfItsUnion() {
        io_uring_sqe.addr2(entry, 0xf1f2f3f4f5f6f7f8L);
        io_uring_sqe.addr_len(entry, (short) 28);
        assertWrites(at -> SubmissionEntry.destination(entries, at, 0xf1f2f3f4f5f6f7f8L, 28));
    }

    @Test
    void shouldWriteWhereASpliceReadsFrom() {
        io_uring_sqe.splice_fd_in(entry, 0x01020304);
        io_uring_sqe.splice_off_in(entry, -1);
        assertWrites(at -> SubmissionEntry.spliceFrom(entries, at, 0x01020304, -1));
    }

    private void assertWrites(Consumer<Long> write) {
        write.accept(AT);
        assertEquals(-1, expected.mismatch(entries), "first byte that differs, the entry is at " + AT);
    }
}
