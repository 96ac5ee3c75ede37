package io.millrace.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * How packets that span several frames of a UMEM continue: for each frame the <em>link</em> to the one with the
 * packet's next bytes. A packet is identified by its first frame, its head; the others hang off it, and the owner of
 * the head owns them all. It is a table beside the frames and not a set of objects, so that nothing is allocated and a
 * packet in one frame costs nothing: its entry is {@link #NONE} from the start.
 *
 * <pre>
 *   head                            entries, by the index of the frame
 *  +------------+   +------------+   +------------+
 *  | link ------+-->| link ------+-->|    NONE    |       link:  63        16 15       0
 *  +------------+   +------------+   +------------+             |  address   |  length  |
 * </pre>
 *
 * <p>The thread that owns the rings writes it. Any thread that was handed a head may read its links as long as it holds
 * the head: handing over a head, by the Disruptor's sequences for instance, hands over the links.
 */
public final class SegmentChains {
    /** The link of a frame that nothing follows. */
    public static final long NONE = -1;

    private static final int ADDRESS_SHIFT = 16;
    private static final int LENGTH_MASK = (1 << ADDRESS_SHIFT) - 1;
    private static final VarHandle FOLLOWING;

    static {
        try {
            FOLLOWING = MethodHandles.lookup().findVarHandle(SegmentChains.class, "following", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Umem umem;
    private final long[] links;

    @SuppressWarnings("unused") // used by its VarHandle: one writer, any number of readers
    private int following;

    public SegmentChains(Umem umem) {
        this.umem = umem;
        this.links = new long[umem.frameCount()];
        Arrays.fill(links, NONE);
    }

    /**
     * Hangs a frame on the last one of a packet. Owner only.
     *
     * @param last    any address within the last frame so far
     * @param address where the packet continues, below 2<sup>48</sup>
     * @param length  the number of bytes there, below 65,536
     */
    public void append(long last, long address, int length) {
        links[umem.frameIndex(last)] = address << ADDRESS_SHIFT | length;
        count(1);
    }

    /**
     * Returns the link from a frame of a packet.
     *
     * @param address any address within the frame
     * @return a link for {@link #address} and {@link #length}, or {@link #NONE}
     */
    public long next(long address) {
        return links[umem.frameIndex(address)];
    }

    /** The address at which the packet continues, by a link that is not {@link #NONE}. */
    public static long address(long link) {
        return link >>> ADDRESS_SHIFT;
    }

    /** The number of the packet's bytes there. */
    public static int length(long link) {
        return (int) link & LENGTH_MASK;
    }

    /** Returns whether the packet spans several frames. */
    public boolean follows(long head) {
        return next(head) != NONE;
    }

    /** The number of frames that have bytes of the packet, including the head. */
    public int count(long head) {
        int count = 1;
        for (long link = next(head); link != NONE && length(link) > 0; link = next(address(link))) {
            count++;
        }
        return count;
    }

    /** The number of the packet's bytes after its head. */
    public int lengthBehind(long head) {
        int length = 0;
        for (long link = next(head); link != NONE; link = next(address(link))) {
            length += length(link);
        }
        return length;
    }

    /**
     * Makes a packet shorter after its head. Frames that become empty stay with it until {@link #trim}. Called by the
     * holder of the head.
     *
     * @param length the number of bytes after the head, not more than there are
     */
    public void shorten(long head, int length) {
        int left = length;
        long before = head;
        for (long link = next(before); link != NONE; link = next(before)) {
            int here = Math.min(left, length(link));
            links[umem.frameIndex(before)] = address(link) << ADDRESS_SHIFT | here;
            left -= here;
            before = address(link);
        }
    }

    /** Gives back the frames that {@link #shorten} left empty. Owner only. */
    public void trim(long head, FramePool pool) {
        long last = head;
        long link = next(last);
        while (link != NONE && length(link) > 0) {
            last = address(link);
            link = next(last);
        }
        if (link != NONE) {
            cut(last);
            release(address(link), pool);
        }
    }

    /**
     * Cuts off the frame that follows, for the caller to own on its own. Owner only.
     *
     * @param address any address within a frame
     * @return the link that there was, or {@link #NONE}
     */
    public long cut(long address) {
        int index = umem.frameIndex(address);
        long link = links[index];
        if (link != NONE) {
            links[index] = NONE;
            count(-1);
        }
        return link;
    }

    /** Gives all frames of a packet back, the head included. Owner only. */
    public void release(long head, FramePool pool) {
        long address = head;
        for (long link = cut(address); link != NONE; link = cut(address)) {
            pool.give(address);
            address = address(link);
        }
        pool.give(address);
    }

    /** The number of frames that hang off a head at the moment. Any thread may call this. */
    public int following() {
        return (int) FOLLOWING.getOpaque(this);
    }

    private void count(int change) {
        FOLLOWING.setOpaque(this, following + change);
    }
}
