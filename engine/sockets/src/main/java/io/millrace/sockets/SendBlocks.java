package io.millrace.sockets;

import io.millrace.bindings.libc.iovec;
import io.millrace.bindings.libc.msghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Blocks of memory that the kernel reads, one for each send that may be under way: the destination address, the message
 * header, ancillary data, and the addresses of the parts. Only the poller's thread may use this.
 *
 * <pre>
 *   0         32                96             192
 *  +---------+-----------------+--------------+-----------------------
 *  | address | message header  | ancillary    | vectors: address, length
 *  +---------+-----------------+--------------+-----------------------
 * </pre>
 */
final class SendBlocks {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int HEADER = SocketAddresses.SPACE;
    private static final int CONTROL = 96;
    private static final int VECTORS = 192;
    private static final int VECTOR_LENGTH = (int) iovec.sizeof();
    private static final long VECTOR_BYTES = iovec.iov_len$offset();
    private static final long NAME_LENGTH = msghdr.msg_namelen$offset();
    private static final long VECTOR_COUNT = msghdr.msg_iovlen$offset();
    private static final long CONTROL_ADDRESS = msghdr.msg_control$offset();
    private static final long CONTROL_LENGTH = msghdr.msg_controllen$offset();

    private final MemorySegment memory;
    private final int blockLength;
    private final int vectors;
    /** The address and length of each part. {@link #header} writes them to the vectors that the kernel reads. */
    private final long[] addresses;

    private final int[] lengths;
    private final int[] free;
    private int available;

    /** @param vectors the most parts of a send */
    SendBlocks(Arena arena, int count, int vectors) {
        this.vectors = vectors;
        this.blockLength = VECTORS + vectors * VECTOR_LENGTH + Long.BYTES * 7 & -(Long.BYTES * 8);
        this.memory = arena.allocate((long) count * blockLength, Long.BYTES * 8);
        this.addresses = new long[count * vectors];
        this.lengths = new int[count * vectors];
        this.free = new int[count];
        for (int i = count - 1; i >= 0; i--) {
            MemorySegment header = memory.asSlice(at(i) + HEADER, msghdr.sizeof());
            msghdr.msg_name(header, memory.asSlice(at(i)));
            msghdr.msg_iov(header, memory.asSlice(at(i) + VECTORS));
            give(i);
        }
    }

    private long at(int block) {
        return (long) block * blockLength;
    }

    /** The number of free blocks. */
    int available() {
        return available;
    }

    /** The number of blocks. */
    int count() {
        return free.length;
    }

    /** The most parts of a send. */
    int vectors() {
        return vectors;
    }

    /** Takes a free block, of which there must be one. */
    int take() {
        return free[--available];
    }

    void give(int block) {
        free[available++] = block;
    }

    MemorySegment memory() {
        return memory;
    }

    /** The offset of the destination address in {@link #memory}. */
    long name(int block) {
        return at(block);
    }

    /** The memory address of {@link #name}, for the kernel. */
    long nameAddress(int block) {
        return memory.address() + at(block);
    }

    /** The memory address of the message header, for the kernel. */
    long headerAddress(int block) {
        return memory.address() + at(block) + HEADER;
    }

    /** The offset of the ancillary data in {@link #memory}. */
    long control(int block) {
        return at(block) + CONTROL;
    }

    /** Sets one part. */
    void vector(int block, int i, long address, int length) {
        addresses[block * vectors + i] = address;
        lengths[block * vectors + i] = length;
    }

    /** The memory address of a part, for the kernel. */
    long vectorAddress(int block, int i) {
        return addresses[block * vectors + i];
    }

    /** The length of a part in bytes. */
    int vectorLength(int block, int i) {
        return lengths[block * vectors + i];
    }

    /** Completes the message header and the vectors of the parts. */
    void header(int block, int nameLength, int vectorCount, int controlLength) {
        for (int i = 0; i < vectorCount; i++) {
            long vector = at(block) + VECTORS + (long) i * VECTOR_LENGTH;
            memory.set(LONG, vector, addresses[block * vectors + i]);
            memory.set(LONG, vector + VECTOR_BYTES, (long) lengths[block * vectors + i]);
        }
        long at = at(block) + HEADER;
        memory.set(INT, at + NAME_LENGTH, nameLength);
        memory.set(LONG, at + VECTOR_COUNT, vectorCount);
        memory.set(LONG, at + CONTROL_ADDRESS, controlLength == 0 ? 0 : memory.address() + at(block) + CONTROL);
        memory.set(LONG, at + CONTROL_LENGTH, controlLength);
    }
}
