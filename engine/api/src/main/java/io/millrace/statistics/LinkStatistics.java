package io.millrace.statistics;

import java.util.List;

/**
 * What is known of a port's interface, or of all interfaces of a socket port.
 *
 * @param losses   how often it went down or was gone after it had been up; one for each outage, however far it goes
 * @param mtu      the MTU in bytes, without the Ethernet header; 0 if it is not known
 * @param reopened how often the port was opened again, on another interface of that name
 * @param why      why the port is not open again while the interface is gone; "" if there is nothing to say
 */
public record LinkStatistics(LinkState state, long losses, int mtu, long reopened, String why) {
    /** The statistics of an interface that has never been gone. */
    public LinkStatistics(LinkState state, long losses, int mtu) {
        this(state, losses, mtu, 0, "");
    }

    /**
     * Merges those of all interfaces of a socket port: the worst state, the smallest MTU, and the sums; null if it has
     * none.
     */
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

    /** Merges what two pollers with queues of the same interface know: the worse of both. */
    LinkStatistics plus(LinkStatistics other) {
        return new LinkStatistics(
                state.compareTo(other.state) >= 0 ? state : other.state,
                Math.max(losses, other.losses),
                mtu,
                Math.max(reopened, other.reopened),
                why.isEmpty() ? other.why : why);
    }
}
