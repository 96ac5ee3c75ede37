package io.millrace.statistics;

import java.util.List;

/**
 * What is known of a port's interface, or of all interfaces of a port of sockets.
 *
 * @param losses   times that it went down or was gone while it had been up; one for each outage, however far it goes
 * @param mtu      in bytes, without the Ethernet header; 0 if it could not be asked
 * @param reopened times that the port was opened again, on another interface of that name
 * @param why      while it is gone, why the port is not open again; "" if there is nothing to say
 */
public record LinkStatistics(LinkState state, long losses, int mtu, long reopened, String why) {
    /** Of an interface that has never been gone. */
    public LinkStatistics(LinkState state, long losses, int mtu) {
        this(state, losses, mtu, 0, "");
    }

    /** Of all interfaces of a port of sockets: the worst state, the smallest MTU, and the sums; null if it has none. */
    public static LinkStatistics ofAll(List<LinkStatistics> links) {
        LinkStatistics all = null;
        for (LinkStatistics link : links) {
            all = all == null
                    ? link
                    : new LinkStatistics(
                            all.state.compareTo(link.state) >= 0 ? all.state : link.state,
                            all.losses + link.losses,
                            Math.min(all.mtu, link.mtu),
                            all.reopened + link.reopened,
                            all.why.isEmpty() ? link.why : all.why);
        }
        return all;
    }

    /** What two pollers know that have queues of the same interface: the worse of it. */
    LinkStatistics plus(LinkStatistics other) {
        return new LinkStatistics(
                state.compareTo(other.state) >= 0 ? state : other.state,
                Math.max(losses, other.losses),
                mtu,
                Math.max(reopened, other.reopened),
                why.isEmpty() ? other.why : why);
    }
}
