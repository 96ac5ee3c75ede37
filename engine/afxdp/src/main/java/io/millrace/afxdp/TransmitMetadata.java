package io.millrace.afxdp;

import io.millrace.TransmitListener;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.TransmitRequest;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Passes requests for single frames to the kernel or the driver, and reads the answers. The request is written in front
 * of a frame's bytes when the frame is queued; the answer is in the same place when the frame is completed ({@code
 * struct xsk_tx_metadata}, {@code linux/if_xdp.h}). Only the poller's thread may use this.
 *
 * <pre>
 *   0                               8       10      12              16              24
 *   +-------------------------------+-------+-------+---------------+---------------+- - -
 *   |             flags             | start |offset |               |  launch time  |  frame
 *   +-------------------------------+-------+-------+---------------+---------------+- - -
 *                                   |        time of sending        |   as the kernel completes it
 * </pre>
 *
 * <p>A table beside the memory says which of the completed frames were to be stamped, and with which cookies, because
 * the frames' memory may hold anything by then. Only the chunk's number is taken from the completed address, because in
 * copy mode Linux 6.18 uses the lowest bit for something else ({@code xsk_skb_destructor_set_addr}, {@code
 * net/xdp/xsk.c}).
 */
final class TransmitMetadata {
    /** The bytes in front of each frame. Kernels before Linux 6.14 know only the first 16 of them. */
    static final int LENGTH = 24;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int FLAGS = 0;
    private static final int CHECKSUM_START = 8;
    private static final int CHECKSUM_OFFSET = 10;
    private static final int UNUSED = 12;
    private static final int LAUNCH_TIME = 16;
    private static final int TIMESTAMP = 8;

    private final TransmitPlan plan;
    private final int kernelFlags;
    /** The clock that stamps frames which come back without a time; null if they get none. */
    private final TaiClock clock;

    private final Umem umem;
    private final MemorySegment memory;
    private final PortCounters counters;
    private final TransmitListener listener;

    /** The cookie of each frame that is to be stamped, by the index of the frame. */
    private final long[] cookies;
    /**
     * The offset of each frame's metadata in its chunk, plus 1, by the index of the frame; 0 if the frame is not to be
     * stamped.
     */
    private final short[] places;
    /** How many frames are to be stamped and have not come back. */
    private int pending;

    /** @param listener hears of time stamps; it is called on the poller's thread */
    TransmitMetadata(TransmitPlan plan, Umem umem, PortCounters counters, TransmitListener listener) {
        this.plan = plan;
        this.kernelFlags = plan.kernelFlags();
        this.clock = plan.clock();
        this.umem = umem;
        this.memory = umem.memory();
        this.counters = counters;
        this.listener = listener;
        int stamps = plan.stamps() ? umem.frameCount() : 0;
        this.cookies = new long[stamps];
        this.places = new short[stamps];
    }

    TransmitPlan plan() {
        return plan;
    }

    /**
     * Writes the request for a frame in front of it.
     *
     * @param address the address of the frame's first byte
     * @return whether the descriptor has to say that there is metadata
     */
    boolean write(long address, FrameDescriptor frame) {
        TransmitRequest request = frame.request();
        int requests = frame.requests();
        long at = address - LENGTH;
        if ((requests & TransmitRequest.STAMP) != 0) {
            int index = umem.frameIndex(address);
            cookies[index] = request.cookie();
            places[index] = (short) (at - umem.frameAddress(address) + 1);
            pending++;
        }
        MemorySegment bytes = memory;
        boolean hasChecksum = (requests & TransmitRequest.CHECKSUM) != 0;
        int flags = requests & kernelFlags;
        bytes.set(LONG, at + FLAGS, flags);
        bytes.set(SHORT, at + CHECKSUM_START, hasChecksum ? (short) request.checksumStart() : 0);
        bytes.set(SHORT, at + CHECKSUM_OFFSET, hasChecksum ? (short) request.checksumOffset() : 0);
        bytes.set(INT, at + UNUSED, 0);
        bytes.set(LONG, at + LAUNCH_TIME, (requests & TransmitRequest.LAUNCH) != 0 ? request.launchNs() : 0);
        return flags != 0;
    }

    /** Reports the times of completed frames, before their memory is used again. */
    void read(CompletionRing completion, int count) {
        if (pending == 0 || count == 0) {
            return;
        }
        long nowNs = 0;
        int stamped = 0;
        int unstamped = 0;
        for (int i = 0; i < count; i++) {
            int index = umem.frameIndex(completion.address(i));
            if (places[index] != 0) {
                long timeNs = told(umem.addressOf(index) + places[index] - 1);
                if (timeNs == 0 && clock != null) {
                    nowNs = nowNs == 0 ? clock.nowNs() : nowNs;
                    timeNs = nowNs;
                }
                places[index] = 0;
                stamped += timeNs == 0 ? 0 : 1;
                unstamped += timeNs == 0 ? 1 : 0;
                tell(cookies[index], timeNs);
            }
        }
        pending -= stamped + unstamped;
        counters.add(PortCounter.TX_STAMPED, stamped);
        counters.add(PortCounter.TX_UNSTAMPED, unstamped);
    }

    /** Reports frames that were lost with their queues as sent at an unknown time. */
    void abandon() {
        for (int index = 0; pending > 0; index++) {
            if (places[index] != 0) {
                places[index] = 0;
                pending--;
                counters.add(PortCounter.TX_UNSTAMPED, 1);
                tell(cookies[index], 0);
            }
        }
    }

    /**
     * Returns the time in the metadata, or 0 if there is none. A value whose upper half is 0 is not a time: it is the
     * checksum's start and offset that were written there.
     */
    private long told(long at) {
        long word = memory.get(LONG, at + TIMESTAMP);
        return word >>> Integer.SIZE == 0 ? 0 : word;
    }

    private void tell(long cookie, long timeNs) {
        try {
            listener.onTransmitted(cookie, timeNs);
        } catch (Throwable e) {
            counters.add(PortCounter.TX_LISTENER_ERRORS, 1);
        }
    }
}
