package io.millrace.core.link;

import io.millrace.core.link.LinkReport.Condition;
import io.millrace.spi.config.OnLinkLoss;

/** A link whose news a test makes. */
public final class LinkNews {
    private LinkNews() {}

    /** Of an interface that is up. */
    public static PortLink link() {
        return new PortLink("p", "eth1", 5, OnLinkLoss.WAIT, true, 1500);
    }

    public static void deleted(PortLink link) {
        link.accept(new LinkReport(link.index(), "eth1", Condition.DELETED, 0));
    }

    /** Another interface has taken its place. */
    public static void back(PortLink link, LinkedPort.Reopened reopened) {
        link.reopened(reopened, Condition.UP);
    }
}
