package io.millrace.ring;

import io.millrace.bindings.uring.io_uring_buf;
import io.millrace.bindings.uring.io_uring_buf_ring;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The simulated kernel's end of a provided-buffer ring, over plain memory. It selects buffers in order, as the entries
 * name them, and counts in 16 bits; when which of them completes is up to the test. Called by one thread, which need
 * not be the one of our half.
 */
public final class KernelBuffers {
    private static final VarHandle TAIL = ValueLayout.JAVA_SHORT.varHandle();
    private static final long PAGE = 4096;

    private final MemorySegment ring;
    private final Umem umem;
    private final int size;
    private short head;

    /** @param size entries of the ring */
    public KernelBuffers(MemorySegment ring, Umem umem, int size) {
        this.ring = ring;
        this.umem = umem;
        this.size = size;
    }

    /** Makes the kernel's end with memory for {@code size} entries. */
    public static KernelBuffers of(Arena arena, Umem umem, int size) {
        return new KernelBuffers(arena.allocate(size * io_uring_buf.sizeof(), PAGE), umem, size);
    }

    /** Makes our half of the ring; to be called once. */
    public BufferRing bufferRing() {
        return new BufferRing(ring, umem, size);
    }

    /** The number of buffers that are published and not selected. */
    public int available() {
        return Short.toUnsignedInt((short) ((short) TAIL.getAcquire(ring, io_uring_buf_ring.tail$offset()) - head));
    }

    /** Selects the next buffer for an operation; there must be one. */
    public int select() {
        final int id = id();
        head++;
        return id;
    }

    /** The id of the next buffer, from its entry. */
    public int id() {
        return Short.toUnsignedInt(ring.get(ValueLayout.JAVA_SHORT, entry() + io_uring_buf.bid$offset()));
    }

    /** Address of the next buffer in {@link #memory}. */
    public long address() {
        return ring.get(ValueLayout.JAVA_LONG, entry() + io_uring_buf.addr$offset()) - umem.baseAddress();
    }

    /** Length of the next buffer in bytes. */
    public int length() {
        return ring.get(ValueLayout.JAVA_INT, entry() + io_uring_buf.len$offset());
    }

    /** The memory that the buffers are in. */
    public MemorySegment memory() {
        return umem.memory();
    }

    MemorySegment ring() {
        return ring;
    }

    private long entry() {
        return Short.toUnsignedInt(head) % size * io_uring_buf.sizeof();
    }
}
