package io.millrace.core.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.link.LinkReport.Condition;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import org.junit.jupiter.api.Test;

class PortLinkTest {
    private final PortLink link = link(true);

    private static PortLink link(boolean up) {
        return new PortLink("p", "eth1", 5, OnLinkLoss.STOP, up, 1500);
    }

    private static boolean hear(PortLink link, Condition condition) {
        return link.accept(new LinkReport(5, "eth1", condition, 0));
    }

    @Test
    void shouldCountOneLossForEachOutage() {
        assertFalse(hear(link, Condition.UP));
        assertTrue(hear(link, Condition.NO_CARRIER));
        assertFalse(hear(link, Condition.OFF), "the same outage");
        assertEquals(new LinkStatistics(LinkState.DOWN, 1, 1500), link.statistics());
        assertFalse(hear(link, Condition.UP));
        assertTrue(hear(link, Condition.OFF));
        assertFalse(hear(link, Condition.DELETED), "the same outage, for good");
        assertEquals(new LinkStatistics(LinkState.GONE, 2, 1500), link.statistics());
    }

    @Test
    void shouldTakeNoLossForWhatWasNeverThere() {
        PortLink down = link(false);
        assertFalse(down.isOn());
        assertFalse(hear(down, Condition.OFF));
        assertFalse(hear(down, Condition.NO_CARRIER));
        assertFalse(hear(link, Condition.NO_CARRIER), "switched on, but it never had a carrier");
        assertEquals(new LinkStatistics(LinkState.DOWN, 0, 1500), link.statistics());
        assertTrue(hear(down, Condition.DELETED), "there was an interface");
        assertEquals(1, down.statistics().losses());
    }

    @Test
    void shouldTellWhenWakingTheKernelHelps() {
        assertTrue(link.isOn());
        hear(link, Condition.NO_CARRIER);
        assertTrue(link.isOn(), "what is sent is lost on the wire, and comes home");
        hear(link, Condition.OFF);
        assertFalse(link.isOn());
        assertFalse(link.isGone());
        hear(link, Condition.MOVED);
        assertFalse(link.isOn());
        assertTrue(link.isGone());
    }

    @Test
    void shouldKnowTheMtu() {
        link.accept(new LinkReport(5, "eth1", Condition.UP, 1400));
        assertEquals(new LinkStatistics(LinkState.UP, 0, 1400), link.statistics());
        hear(link, Condition.UP);
        assertEquals(1400, link.statistics().mtu(), "not told is not changed");
    }

    @Test
    void shouldBeUpWhenNobodyTellsWhatItIs() {
        PortLink down = link(false);
        down.unwatched();
        assertTrue(down.isOn());
        hear(link, Condition.DELETED);
        link.unwatched();
        assertTrue(link.isGone());
    }

    @Test
    void shouldNameThePortAndTheReason() {
        hear(link, Condition.UP);
        hear(link, Condition.OFF);
        assertEquals("port p lost its link: eth1 is down, and on-link-loss = stop", link.reason());
        hear(link, Condition.MOVED);
        assertEquals(
                "port p lost its link: eth1 was moved to another network namespace, and on-link-loss = stop",
                link.reason());
    }
}
