package io.millrace.ring;

/**
 * The free frames, last in, first out: the frame that was given back last is the most likely one to be in the cache
 * still. Used by one thread only. It starts with every frame of the UMEM, the lowest address first.
 *
 * <p>A frame given back twice is not noticed here, as long as there is room; {@link FrameAudit} finds it.
 */
public final class FramePool {
    private final Umem umem;
    private final long[] frames;
    private int available;

    public FramePool(Umem umem) {
        this(umem, new long[umem.frameCount()]);
        for (int i = frames.length - 1; i >= 0; i--) {
            give(umem.addressOf(i));
        }
    }

    private FramePool(Umem umem, long[] frames) {
        this.umem = umem;
        this.frames = frames;
    }

    /** Makes an empty pool of a UMEM. */
    public static FramePool empty(Umem umem) {
        return new FramePool(umem, new long[umem.frameCount()]);
    }

    /** Makes a pool with the same free frames; only one of the two may be used after that. */
    public FramePool copy() {
        FramePool copy = empty(umem);
        copy.available = copyTo(copy.frames);
        return copy;
    }

    /** The number of free frames. */
    public int available() {
        return available;
    }

    /** The number of frames of the UMEM. */
    public int capacity() {
        return frames.length;
    }

    /**
     * Takes a free frame, which belongs to the caller from now on; returns its address.
     *
     * @throws IllegalStateException if there is none; ask {@link #available} first
     */
    public long take() {
        if (available == 0) {
            throw new IllegalStateException("no free frame; ask available() before take()");
        }
        return frames[--available];
    }

    /**
     * Takes the {@code count} frames that were given back last. {@link #withdrawn} says which they are, until the next
     * frame is given back.
     *
     * @param count at most {@link #available}
     * @return the place of the one of them that was given back first
     */
    int withdraw(int count) {
        available -= count;
        return available;
    }

    /** The frame at a place that {@link #withdraw} named, or behind it in the order in which they were given back. */
    long withdrawn(int place) {
        return frames[place];
    }

    /**
     * Takes a frame back, which the caller must not touch any more.
     *
     * @param address any address within the frame
     * @throws IllegalStateException    when all frames are here already: one was given back twice
     * @throws IllegalArgumentException when the address is not in the UMEM
     */
    public void give(long address) {
        if (available == frames.length) {
            throw new IllegalStateException("all " + frames.length + " frames are free already, yet address " + address
                    + " is given back; give back each frame once");
        }
        if (!umem.contains(address)) {
            throw new IllegalArgumentException("address " + address + " is not in the UMEM of " + umem.lengthBytes()
                    + " bytes; give back addresses of its frames only");
        }
        frames[available++] = umem.frameAddress(address);
    }

    /**
     * Takes over all frames of another pool of the same UMEM, in one go.
     *
     * @throws IllegalStateException when there would be more than the UMEM has, one being in both; nothing changes
     */
    public void takeAll(FramePool other) {
        if (available + other.available > frames.length) {
            throw new IllegalStateException(available + " free frames and " + other.available + " more are more than"
                    + " the " + frames.length + " of the UMEM; give back each frame once");
        }
        System.arraycopy(other.frames, 0, frames, available, other.available);
        available += other.available;
        other.available = 0;
    }

    /**
     * Copies the addresses of all free frames, which stay here.
     *
     * @param target at least as long as the UMEM has frames
     * @return how many there are
     */
    public int copyTo(long[] target) {
        System.arraycopy(frames, 0, target, 0, available);
        return available;
    }

    /** Cold. Reports every free frame. */
    void audit(FrameAudit audit) {
        for (int i = 0; i < available; i++) {
            audit.found(FrameAudit.Place.POOL, frames[i]);
        }
    }
}
