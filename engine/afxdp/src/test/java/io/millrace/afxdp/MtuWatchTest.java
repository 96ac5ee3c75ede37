package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import org.junit.jupiter.api.Test;

class MtuWatchTest {
    private final PortCounters counters = new PortCounters(new EngineCounters(), "p");

    private static PortLink link(int mtu) {
        return new PortLink("p", "eth1", 1, OnLinkLoss.WAIT, true, mtu);
    }

    @Test
    void shouldCountWhatIsLongerThanTheMtuAndItsHeaders() {
        MtuWatch watch = new MtuWatch(link(1500), counters);
        assertEquals(1518, watch.longest(), "with an Ethernet header and a VLAN tag");
        watch.sent(64);
        watch.sent(1518);
        watch.sent(1519);
        watch.sent(9014);
        watch.flush();
        watch.flush();
        assertEquals(2, counters.get(PortCounter.TX_ABOVE_MTU));
        assertFalse(watch.follow(), "it has not changed");
    }

    @Test
    void shouldCountNothingWhereTheMtuIsNotKnown() {
        MtuWatch watch = new MtuWatch(link(0), counters);
        watch.sent(9014);
        watch.flush();
        assertEquals(0, counters.get(PortCounter.TX_ABOVE_MTU));
    }
}
