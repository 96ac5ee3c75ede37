package io.millrace.ring;

/**
 * Counts the holders of each frame: several messages or datagrams may share one, and a send of a part of it holds it,
 * too. Called by one thread.
 */
public final class FrameReferences {
    private final Umem umem;
    private final int[] references;
    private final FramePool pool;
    private int held;

    /** @param pool gets the frames that have no holder any more */
    public FrameReferences(Umem umem, FramePool pool) {
        this.umem = umem;
        this.pool = pool;
        this.references = new int[umem.frameCount()];
    }

    /** Adds a holder. Any address within the frame does. */
    public void hold(long address) {
        if (references[umem.frameIndex(address)]++ == 0) {
            held++;
        }
    }

    /**
     * Takes a holder away; with the last one, the frame goes back to the pool.
     *
     * @throws IllegalStateException when the frame has no holder
     */
    public void release(long address) {
        int index = umem.frameIndex(address);
        if (references[index] == 0) {
            throw new IllegalStateException("frame " + index + " is released and has no holder; release it once");
        }
        if (--references[index] == 0) {
            held--;
            pool.give(address);
        }
    }

    /** How many holders a frame has. */
    public int count(long address) {
        return references[umem.frameIndex(address)];
    }

    /** How many frames have a holder. */
    public int held() {
        return held;
    }

    /** Cold. Expects of an audit that it finds each frame with so many holders. */
    void audit(FrameAudit audit) {
        for (int i = 0; i < references.length; i++) {
            audit.expectHolders(i, references[i]);
        }
    }
}
