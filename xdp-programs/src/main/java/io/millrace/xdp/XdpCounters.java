package io.millrace.xdp;

/**
 * What became of the frames that the program saw, summed over all CPUs: each is in either matched or passed.
 *
 * @param matched      frames given to an AF_XDP socket, including those that were then dropped because it had no room
 * @param passed       frames left to the kernel: no rule matched, the queue had no socket, or a header was bad
 * @param tooShort     of the passed, those cut off or malformed within a header (only looked at when there are rules)
 * @param earlyDropped of the matched, those that the program dropped, for the socket's RX ring was nearly full
 */
public record XdpCounters(long matched, long passed, long tooShort, long earlyDropped) {
    /** The counts before anything was counted. */
    public static final XdpCounters ZERO = new XdpCounters(0, 0, 0);

    /** Counts without early drops. */
    public XdpCounters(long matched, long passed, long tooShort) {
        this(matched, passed, tooShort, 0);
    }

    /** Returns the sums of these counts and others. */
    public XdpCounters plus(XdpCounters other) {
        return new XdpCounters(
                matched + other.matched,
                passed + other.passed,
                tooShort + other.tooShort,
                earlyDropped + other.earlyDropped);
    }

    /** Returns what was counted since an earlier reading. */
    XdpCounters minus(XdpCounters before) {
        return new XdpCounters(
                matched - before.matched,
                passed - before.passed,
                tooShort - before.tooShort,
                earlyDropped - before.earlyDropped);
    }

    /** The counts of frames that sockets got, and 0 for those that stayed with the kernel. */
    XdpCounters ofSockets() {
        return new XdpCounters(matched, 0, 0, earlyDropped);
    }

    /** The counts of frames that stayed with the kernel, and 0 for those that sockets got. */
    XdpCounters ofKernel() {
        return new XdpCounters(0, passed, tooShort, 0);
    }
}
