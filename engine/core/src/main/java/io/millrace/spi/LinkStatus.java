package io.millrace.spi;

/**
 * How an interface is.
 *
 * @param index     the kernel's number of it in its network namespace
 * @param condition what it is now
 * @param mtu       in bytes; 0 if that is not known
 * @param mac       its MAC address in the lower six bytes; 0 if that is not known
 */
public record LinkStatus(int index, LinkCondition condition, int mtu, long mac) {
    /** The same interface in another condition. */
    public LinkStatus in(LinkCondition now) {
        return new LinkStatus(index, now, mtu, mac);
    }
}
