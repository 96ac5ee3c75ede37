package io.millrace.ring;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A provided-buffer ring of io_uring, {@code struct io_uring_buf_ring}: this process adds frames at its tail, receive
 * operations take them from its head. A buffer's id is its place in the ring. So there may be more frames than ids of
 * 16 bits could name, and a receive that takes several buffers takes neighbours.
 *
 * <pre>
 *   0                    8          12     14     16
 *   +--------------------+----------+------+------+--
 *   |      address       |  length  |  id  | tail |  …    the tail is in the padding of the first entry
 *   +--------------------+----------+------+------+--
 * </pre>
 *
 * <p>For one thread. A frame that was added belongs to the kernel until a completion names its buffer.
 */
public final class BufferRing {
    /** The length of an entry in bytes, {@code struct io_uring_buf}. */
    public static final int ENTRY_LENGTH = 16;

    private static final long LENGTH = 8;
    private static final long ID = 12;
    private static final long TAIL = 14;
    private static final long NONE = -1;
    private static final int LARGEST = 1 << 15;

    private final MemorySegment ring;
    private final Umem umem;
    private final int mask;
    /** The frame in each place, from the time it was added until its completion was seen. */
    private final long[] frames;

    private int tail;
    private int held;

    /**
     * @param ring {@code size} entries, aligned to a page; all of them 0
     * @param umem where the frames are
     * @param size a power of two, at most 32768
     * @throws IllegalArgumentException when the size is not a power of two, or the memory is shorter than that
     */
    public BufferRing(MemorySegment ring, Umem umem, int size) {
        if (size <= 0
                || size > LARGEST
                || Integer.bitCount(size) != 1
                || ring.byteSize() < (long) size * ENTRY_LENGTH) {
            throw new IllegalArgumentException("a buffer ring of " + size + " entries does not fit " + ring.byteSize()
                    + " bytes; use a power of two, at most " + LARGEST + ", and " + ENTRY_LENGTH + " bytes for each");
        }
        this.ring = ring;
        this.umem = umem;
        this.mask = size - 1;
        this.frames = new long[size];
        Arrays.fill(frames, NONE);
        for (int place = 0; place < size; place++) { // these never change: add() only writes the address
            long entry = (long) place * ENTRY_LENGTH;
            KernelWords.storePlain(ring, entry + LENGTH, umem.frameSize());
            KernelWords.storeShortPlain(ring, entry + ID, (short) place);
        }
    }

    /** The number of places in the ring. */
    public int size() {
        return frames.length;
    }

    /**
     * How many frames the kernel holds, including those that it has received into and for which {@link #take} was not
     * called yet.
     */
    public int held() {
        return held;
    }

    /** Returns whether {@link #add} has room: the next place is free once the completion of its last frame was seen. */
    public boolean hasRoom() {
        return frames[tail & mask] == NONE;
    }

    /** Adds a free frame; {@link #publish} shows it to the kernel. There must be room. */
    public void add(long frameAddress) {
        int place = tail++ & mask;
        frames[place] = frameAddress;
        held++;
        KernelWords.storeLongPlain(ring, (long) place * ENTRY_LENGTH, umem.baseAddress() + frameAddress);
    }

    /**
     * Adds free frames as far as there are places; {@link #publish} shows them to the kernel. They are added in the
     * order in which they came back: frames that come back in the order of the ring keep it, so that the kernel fills
     * neighbours in memory one after the other, and the tables beside the frames are accessed in order, too.
     *
     * @return how many were added
     */
    public int fillFrom(FramePool pool) {
        int count = room(pool.available());
        if (count > 0) {
            int first = pool.withdraw(count);
            for (int i = 0; i < count; i++) {
                add(pool.withdrawn(first + i));
            }
        }
        return count;
    }

    /** How many frames {@link #add} has room for, at most {@code wanted}. */
    private int room(int wanted) {
        int most = Math.min(wanted, frames.length);
        int room = 0;
        while (room < most && frames[tail + room & mask] == NONE) {
            room++;
        }
        return room;
    }

    /** Shows the kernel all frames added so far. */
    public void publish() {
        KernelWords.storeShortRelease(ring, TAIL, (short) tail);
    }

    /**
     * Takes the frame that the kernel has received into; it belongs to the caller from now on.
     *
     * @param id the buffer's id, from a completion
     * @throws IllegalStateException when the kernel does not hold that buffer
     */
    public long take(int id) {
        if (id < 0 || id >= frames.length || frames[id] == NONE) {
            throw new IllegalStateException("buffer " + id + " is not in the ring; take each once");
        }
        long frame = frames[id];
        frames[id] = NONE;
        held--;
        return frame;
    }

    /** Returns the id of the buffer after another one, where a receive that takes several continues. */
    public int next(int id) {
        return id + 1 & mask;
    }

    /** Reports every frame that the ring holds. Cold. */
    void audit(FrameAudit audit) {
        for (long frame : frames) {
            if (frame != NONE) {
                audit.found(FrameAudit.Place.BUFFER_RING, frame);
            }
        }
    }
}
