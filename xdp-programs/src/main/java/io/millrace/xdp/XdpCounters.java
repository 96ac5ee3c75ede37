package io.millrace.xdp;

/**
 * What became of the frames that the program saw, summed over all CPUs: each is in either matched or passed.
 *
 * @param matched      frames given to an AF_XDP socket; what was then dropped for want of room is among them
 * @param passed       frames left to the kernel: no rule matched, the queue had no socket, or a header was bad
 * @param tooShort     of the passed, those cut off or malformed within a header (only looked at when there are rules)
 * @param earlyDropped of the matched, those that the program dropped, for the socket's RX ring was nearly full
 */
public record XdpCounters(long matched, long passed, long tooShort, long earlyDropped) {
    /** Before anything was counted. */
    public static final XdpCounters ZERO = new XdpCounters(0, 0, 0);

    /** Where nothing was dropped early. */
    public XdpCounters(long matched, long passed, long tooShort) {
        this(matched, passed, tooShort, 0);
    }

    /** Both together. */
    public XdpCounters plus(XdpCounters other) {
        return new XdpCounters(
                matched + other.matched,
                passed + other.passed,
                tooShort + other.tooShort,
                earlyDropped + other.earlyDropped);
    }

    /** What was counted since. */
    XdpCounters minus(XdpCounters before) {
        return new XdpCounters(
                matched - before.matched,
                passed - before.passed,
                tooShort - before.tooShort,
                earlyDropped - before.earlyDropped);
    }

    /** Of these, what became of the frames that sockets got; nothing of what stayed with the kernel. */
    XdpCounters ofSockets() {
        return new XdpCounters(matched, 0, 0, earlyDropped);
    }

    /** Of these, what stayed with the kernel. */
    XdpCounters ofKernel() {
        return new XdpCounters(0, passed, tooShort, 0);
    }
}
