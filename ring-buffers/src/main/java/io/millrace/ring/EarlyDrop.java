package io.millrace.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Has the XDP program drop the frames of a queue whose RX ring is nearly full, until half of the ring is free. Called
 * by one thread, the ring's owner.
 *
 * <p>The kernel drops what a full ring has no room for as well, but it pays for the whole way first: in copy mode it
 * takes
 * a frame of the UMEM, copies into it, finds the ring full, and puts the frame back ({@code __xsk_rcv}, {@code
 * net/xdp/xsk.c}). Each time it writes to the cache lines of the socket and of its pool that the sending half reads for
 * each frame, on another core: a socket that receives more than it can send sends by a fifth less. A program that drops
 * touches none of them.
 */
public final class EarlyDrop {
    private static final int SHUT = 1;
    /**
     * How many free entries a ring that is in fact full may appear to have: the kernel publishes what it received at
     * the end of a turn of 64 frames (NAPI), and the poller has just given a batch back.
     */
    private static final int UNSEEN = 128;

    /** Leaves the dropping to the kernel. */
    public static final EarlyDrop OFF = new EarlyDrop(Arena.global().allocate(ValueLayout.JAVA_INT), Integer.MAX_VALUE);

    private final MemorySegment gate;
    private final int full;
    private final int enough;
    private boolean shut;

    /**
     * @param gate     the word that the program reads
     * @param ringSize the number of entries of the RX ring
     */
    public EarlyDrop(MemorySegment gate, int ringSize) {
        this.gate = gate;
        this.full = ringSize - Math.min(UNSEEN, ringSize / 4);
        this.enough = ringSize / 2;
        KernelWords.storeRelease(gate, 0, 0);
    }

    /**
     * Opens or shuts the gate; called once a duty cycle, before frames are taken.
     *
     * @param waiting the number of entries that wait in the RX ring
     */
    public void look(int waiting) {
        if (shut ? waiting <= enough : waiting >= full) {
            shut = !shut;
            KernelWords.storeRelease(gate, 0, shut ? SHUT : 0);
        }
    }
}
