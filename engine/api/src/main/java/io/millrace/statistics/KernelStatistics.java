package io.millrace.statistics;

/**
 * The kernel's counts for a port's AF_XDP sockets ({@code XDP_STATISTICS} of {@code
 * Documentation/networking/af_xdp.rst}), summed over its queues.
 *
 * <p>A frame that was on its way to a socket and never reached its RX ring is either in {@link #rxDropped} (there was
 * no free frame in the fill ring, or it was too long for one) or in {@link #rxRingFull}, never in both. {@link
 * #rxFillRingEmptyDescs} counts look-ups that found the fill ring empty: in copy mode one for each such frame, which
 * {@link #rxDropped} counts as well.
 *
 * @param rxRingFull     frames that a full RX ring had no room for, including those that the XDP program dropped
 *                       because of it
 * @param rxEarlyDropped those of {@code rxRingFull} that the XDP program dropped
 */
public record KernelStatistics(
        long rxDropped,
        long rxRingFull,
        long rxFillRingEmptyDescs,
        long rxInvalidDescs,
        long txInvalidDescs,
        long txRingEmptyDescs,
        long rxEarlyDropped) {
    /** The counts before anything was counted. */
    public static final KernelStatistics ZERO = new KernelStatistics(0, 0, 0, 0, 0, 0, 0);

    /** The counts of a socket whose receive queue had no room for a number of datagrams. */
    public static KernelStatistics ofQueue(long dropped) {
        return new KernelStatistics(dropped, 0, 0, 0, 0, 0, 0);
    }

    /** Returns the sum of both. */
    public KernelStatistics plus(KernelStatistics other) {
        return new KernelStatistics(
                rxDropped + other.rxDropped,
                rxRingFull + other.rxRingFull,
                rxFillRingEmptyDescs + other.rxFillRingEmptyDescs,
                rxInvalidDescs + other.rxInvalidDescs,
                txInvalidDescs + other.txInvalidDescs,
                txRingEmptyDescs + other.txRingEmptyDescs,
                rxEarlyDropped + other.rxEarlyDropped);
    }

    /** Returns what was counted since an earlier snapshot. */
    public KernelStatistics since(KernelStatistics before) {
        return new KernelStatistics(
                rxDropped - before.rxDropped,
                rxRingFull - before.rxRingFull,
                rxFillRingEmptyDescs - before.rxFillRingEmptyDescs,
                rxInvalidDescs - before.rxInvalidDescs,
                txInvalidDescs - before.txInvalidDescs,
                txRingEmptyDescs - before.txRingEmptyDescs,
                rxEarlyDropped - before.rxEarlyDropped);
    }

    /** Returns these counts with the frames that the XDP program dropped. */
    public KernelStatistics withEarlyDrops(long count) {
        return plus(new KernelStatistics(0, count, 0, 0, 0, 0, count));
    }
}
