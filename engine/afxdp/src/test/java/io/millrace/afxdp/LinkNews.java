package io.millrace.afxdp;

import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkStatus;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;

/** A link whose news a test makes. */
final class LinkNews {
    private LinkNews() {}

    /** Makes the link of an interface that is up. */
    static PortLink link() {
        return new PortLink("p", "eth1", 5, OnLinkLoss.WAIT, true, 1500);
    }

    static void deleted(PortLink link) {
        LinkStatistics before = link.statistics();
        link.update(
                link.status().in(LinkCondition.DELETED),
                new LinkStatistics(LinkState.GONE, before.losses() + 1, before.mtu(), before.reopened(), ""));
    }

    /** Another interface has taken its place. */
    static void back(PortLink link, LinkedPort.Reopened now) {
        LinkStatistics before = link.statistics();
        link.update(
                new LinkStatus(now.index(), LinkCondition.UP, now.mtu(), 0),
                new LinkStatistics(LinkState.UP, before.losses(), now.mtu(), before.reopened() + 1, ""));
    }
}
