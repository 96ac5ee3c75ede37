package io.millrace.xdp;

/**
 * What became of the frames that the program saw, summed over all CPUs: each is in either matched or passed.
 *
 * @param matched  frames given to an AF_XDP socket; what the socket then dropped for want of room is among them
 * @param passed   frames left to the kernel: no rule matched, the queue had no socket, or a header was bad
 * @param tooShort of the passed, those cut off or malformed within a header (only looked at when there are rules)
 */
public record XdpCounters(long matched, long passed, long tooShort) {
    /** Before anything was counted. */
    public static final XdpCounters ZERO = new XdpCounters(0, 0, 0);

    /** Both together. */
    public XdpCounters plus(XdpCounters other) {
        return new XdpCounters(matched + other.matched, passed + other.passed, tooShort + other.tooShort);
    }
}
