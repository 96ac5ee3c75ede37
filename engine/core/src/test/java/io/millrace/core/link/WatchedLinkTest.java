package io.millrace.core.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.LinkCondition;
import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import org.junit.jupiter.api.Test;

class WatchedLinkTest {
    private final PortLink link = link(true);
    private final WatchedLink watched = watched(link);

    private static PortLink link(boolean up) {
        return new PortLink("p", "eth1", 5, OnLinkLoss.STOP, up, 1500);
    }

    private static WatchedLink watched(PortLink link) {
        return new WatchedLink(new FakeLinkedPort(link));
    }

    private boolean hear(LinkCondition condition) {
        return hear(watched, condition);
    }

    private static boolean hear(WatchedLink link, LinkCondition condition) {
        return link.accept(new LinkReport(5, "eth1", condition, 0));
    }

    @Test
    void shouldCountOneLossForEachOutage() {
        assertFalse(hear(LinkCondition.UP));
        assertTrue(hear(LinkCondition.NO_CARRIER));
        assertFalse(hear(LinkCondition.OFF), "the same outage");
        assertEquals(new LinkStatistics(LinkState.DOWN, 1, 1500), link.statistics());
        assertFalse(hear(LinkCondition.UP));
        assertTrue(hear(LinkCondition.OFF));
        assertFalse(hear(LinkCondition.DELETED), "the same outage, for good");
        assertEquals(new LinkStatistics(LinkState.GONE, 2, 1500), link.statistics());
    }

    @Test
    void shouldTakeNoLossForWhatWasNeverThere() {
        PortLink down = link(false);
        assertFalse(down.isOn());
        WatchedLink watchedDown = watched(down);
        assertFalse(hear(watchedDown, LinkCondition.OFF));
        assertFalse(hear(watchedDown, LinkCondition.NO_CARRIER));
        assertFalse(hear(LinkCondition.NO_CARRIER), "switched on, but it never had a carrier");
        assertEquals(new LinkStatistics(LinkState.DOWN, 0, 1500), link.statistics());
        assertTrue(hear(watchedDown, LinkCondition.DELETED), "there was an interface");
        assertEquals(1, down.statistics().losses());
    }

    @Test
    void shouldTellWhenWakingTheKernelHelps() {
        assertTrue(link.isOn());
        hear(LinkCondition.NO_CARRIER);
        assertTrue(link.isOn(), "what is sent is lost on the wire, and comes home");
        hear(LinkCondition.OFF);
        assertFalse(link.isOn());
        assertFalse(link.isGone());
        hear(LinkCondition.MOVED);
        assertFalse(link.isOn());
        assertTrue(link.isGone());
    }

    @Test
    void shouldKnowTheMtu() {
        watched.accept(new LinkReport(5, "eth1", LinkCondition.UP, 1400));
        assertEquals(new LinkStatistics(LinkState.UP, 0, 1400), link.statistics());
        hear(LinkCondition.UP);
        assertEquals(1400, link.statistics().mtu(), "not told is not changed");
    }

    @Test
    void shouldBeUpWhenNobodyTellsWhatItIs() {
        PortLink down = link(false);
        watched(down).unwatched();
        assertTrue(down.isOn());
        hear(LinkCondition.DELETED);
        watched.unwatched();
        assertTrue(link.isGone());
    }

    @Test
    void shouldNameThePortAndTheReason() {
        hear(LinkCondition.UP);
        hear(LinkCondition.OFF);
        assertEquals("port p lost its link: eth1 is down, and on-link-loss = stop", watched.reason());
        hear(LinkCondition.MOVED);
        assertEquals(
                "port p lost its link: eth1 was moved to another network namespace, and on-link-loss = stop",
                watched.reason());
    }
}
