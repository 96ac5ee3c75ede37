package io.millrace.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * How packets that span several frames of a UMEM go on: for each frame the <em>link</em> to the one with the packet's
 * next bytes. A packet is known by its first frame, its head; the others hang off it, and whoever owns the head owns
 * them all. A table beside the frames, and not objects, so that nothing is allocated and a packet in one frame costs
 * nothing: its entry says {@link #NONE} from the start.
 *
 * <pre>
 *   head                            entries, by the index of the frame
 *  +------------+   +------------+   +------------+
 *  | link ------+-->| link ------+-->|    NONE    |       link:  63        16 15       0
 *  +------------+   +------------+   +------------+             |  address   |  length  |
 * </pre>
 *
 * <p>Written by the thread that owns the rings; read by whoever was handed the head, as long as it holds it: handing
 * over a head, by the Disruptor's sequences for instance, hands over the links.
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

    @SuppressWarnings("unused") // by its VarHandle: one writer, any reader
    private int following;

    public SegmentChains(Umem umem) {
        this.umem = umem;
        this.links = new long[umem.frameCount()];
        Arrays.fill(links, NONE);
    }

    /**
     * Hangs a frame on the last one of a packet. Owner only.
     *
     * @param last    any address within the frame that is the last so far
     * @param address where the packet goes on, below 2<sup>48</sup>
     * @param length  bytes there, below 65,536
     */
    public void append(long last, long address, int length) {
        links[umem.frameIndex(last)] = address << ADDRESS_SHIFT | length;
        count(1);
    }

    /**
     * What follows a frame of a packet.
     *
     * @param address any address within the frame
     * @return a link for {@link #address} and {@link #length}, or {@link #NONE}
     */
    public long next(long address) {
        return links[umem.frameIndex(address)];
    }

    /** Where the packet goes on, by a link that is not {@link #NONE}. */
    public static long address(long link) {
        return link >>> ADDRESS_SHIFT;
    }

    /** How many bytes of the packet are there. */
    public static int length(long link) {
        return (int) link & LENGTH_MASK;
    }

    /** Whether the packet spans several frames. */
    public boolean follows(long head) {
        return next(head) != NONE;
    }

    /** How many frames the packet has bytes in, the head included. */
    public int count(long head) {
        int count = 1;
        for (long link = next(head); link != NONE && length(link) > 0; link = next(address(link))) {
            count++;
        }
        return count;
    }

    /** Bytes of the packet behind its head. */
    public int lengthBehind(long head) {
        int length = 0;
        for (long link = next(head); link != NONE; link = next(address(link))) {
            length += length(link);
        }
        return length;
    }

    /**
     * Makes a packet shorter behind its head: frames that no byte is left for stay with it, empty, until {@link #trim}.
     * By whoever holds the head.
     *
     * @param length bytes behind the head, not more than there are
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

    /** Frames that hang off a head at the moment. Any thread. */
    public int following() {
        return (int) FOLLOWING.getOpaque(this);
    }

    private void count(int change) {
        FOLLOWING.setOpaque(this, following + change);
    }
}
