package io.millrace.core.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.LinkCondition;
import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a port is opened again, and when that is tried once more; the test has the clock. */
class RecoveryTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int NEW_INDEX = 9;

    private PortLink link = new PortLink("p", "eth1", 5, OnLinkLoss.WAIT, true, 1500);
    private Port port = new Port(link);
    private WatchedLink watched = new WatchedLink(port);
    private Recovery recovery = new Recovery(watched);
    private long nowNs = Long.MAX_VALUE - SECOND; // the clock may overflow

    private static final class Port extends FakeLinkedPort {
        private int letGoAfter;
        private int calls;
        private int attempts;
        private int resumed;
        private String refusal;
        private String lasting;
        private boolean needsSwitchedOn = true;

        Port(PortLink link) {
            super(link);
        }

        @Override
        public String lastingLoss() {
            return lasting;
        }

        @Override
        public boolean needsSwitchedOn() {
            return needsSwitchedOn;
        }

        @Override
        public boolean letGo() {
            return ++calls > letGoAfter;
        }

        @Override
        public Reopened reopen() {
            attempts++;
            if (refusal != null) {
                throw new IllegalStateException(refusal);
            }
            return new Reopened(NEW_INDEX, true, 1400);
        }

        @Override
        public void resume() {
            assertFalse(link().isGone(), "the poller looks there");
            resumed++;
        }
    }

    private void lose() {
        watched.accept(new LinkReport(watched.index(), "eth1", LinkCondition.DELETED, 0));
        recovery.begin(nowNs);
    }

    private void hear(String name, LinkCondition condition) {
        recovery.hear(new LinkReport(NEW_INDEX, name, condition, 0), nowNs);
    }

    /** Turns until there is nothing to do without news; returns how long that took, at most an hour. */
    private long settle() {
        long startNs = nowNs;
        while (recovery.waitNs(nowNs) != Recovery.NEVER && nowNs - startNs < 3_600 * SECOND) {
            nowNs += recovery.waitNs(nowNs);
            recovery.turn(nowNs);
        }
        return nowNs - startNs;
    }

    @Test
    void shouldOpenWhenAnInterfaceOfTheNameIsSwitchedOn() {
        assertEquals(Recovery.NEVER, recovery.waitNs(nowNs));
        lose();
        settle();
        assertEquals(0, port.attempts, "there is none");
        hear("eth2", LinkCondition.UP);
        assertEquals(Recovery.NEVER, recovery.waitNs(nowNs));
        hear("eth1", LinkCondition.OFF);
        settle();
        assertEquals(
                "there is an interface eth1, and it is switched off",
                link.statistics().why());
        hear("eth1", LinkCondition.NO_CARRIER);
        assertEquals(0, recovery.waitNs(nowNs));
        assertTrue(recovery.turn(nowNs));
        assertEquals(1, port.resumed);
        assertEquals(NEW_INDEX, watched.index());
        assertEquals(LinkState.DOWN, link.statistics().state(), "it has no carrier yet");
        assertEquals(1, link.statistics().reopened());
        assertEquals("", link.statistics().why());
        assertEquals(Recovery.NEVER, recovery.waitNs(nowNs));
        hear("eth1", LinkCondition.UP);
        settle();
        assertEquals(1, port.attempts, "it is open");
    }

    @Test
    void shouldOpenOnAnInterfaceThatHasTheNameBesideItsOwn() {
        lose();
        recovery.hear(new LinkReport(NEW_INDEX, "ens5", List.of("lan0", "eth1"), LinkCondition.UP, 0, 0), nowNs);
        settle();
        assertEquals(1, port.resumed);
    }

    @Test
    void shouldWaitForThePollerToLetGo() {
        port.letGoAfter = 10;
        lose();
        hear("eth1", LinkCondition.UP);
        long tookNs = settle();
        assertEquals(11, port.calls);
        assertEquals(1, port.resumed);
        assertTrue(tookNs > 0 && tookNs < SECOND, () -> tookNs + " ns");
    }

    @Test
    void shouldTryEverLaterAndGiveUpUntilItIsSwitchedOffAndOn() {
        port.refusal = "held by another";
        lose();
        hear("eth1", LinkCondition.UP);
        long tookNs = settle();
        assertEquals(25, port.attempts);
        assertTrue(tookNs > 60 * SECOND && tookNs < 120 * SECOND, () -> tookNs + " ns");
        assertEquals("held by another", link.statistics().why());
        hear("eth1", LinkCondition.UP);
        settle();
        assertEquals(25, port.attempts, "news of no change");
        hear("eth1", LinkCondition.OFF);
        hear("eth1", LinkCondition.UP);
        recovery.turn(nowNs);
        assertEquals(26, port.attempts);
        port.refusal = null;
        assertTrue(settle() < SECOND / 10, "quickly at first again");
        assertEquals(1, port.resumed);
    }

    /** A socket is set up on one that is off, too. */
    @Test
    void shouldTryAnewAfterNewsOfAnInterfaceThatMayBeOff() {
        port.needsSwitchedOn = false;
        port.refusal = "held by another";
        lose();
        hear("eth1", LinkCondition.UP);
        hear("eth1", LinkCondition.NO_CARRIER);
        settle();
        assertEquals(25, port.attempts);
        hear("eth1", LinkCondition.NO_CARRIER);
        settle();
        assertEquals(25, port.attempts, "news of no change");
        hear("eth1", LinkCondition.OFF);
        settle();
        assertEquals(50, port.attempts);
        recovery.hear(new LinkReport(NEW_INDEX, "eth1", LinkCondition.OFF, 1_500), nowNs);
        settle();
        assertEquals(75, port.attempts, "of its MTU");
        recovery.hear(new LinkReport(NEW_INDEX, "eth1", LinkCondition.OFF, 1_500), nowNs);
        assertEquals(Recovery.NEVER, recovery.waitNs(nowNs), "the same MTU");
        port.refusal = null;
        hear("eth1", LinkCondition.UP);
        settle();
        assertEquals(1, port.resumed);
    }

    @Test
    void shouldNotTryWhenTheInterfaceIsGoneAgain() {
        port.refusal = "no";
        lose();
        hear("eth1", LinkCondition.UP);
        recovery.turn(nowNs);
        assertEquals(1, port.attempts);
        hear("eth1", LinkCondition.DELETED);
        assertEquals(Recovery.NEVER, recovery.waitNs(nowNs));
        assertEquals("", link.statistics().why());
        port.refusal = null;
        hear("eth1", LinkCondition.UP);
        settle();
        assertEquals(1, port.resumed);
    }

    @Test
    void shouldRecoverFromEachLoss() {
        for (int loss = 1; loss <= 5; loss++) {
            lose();
            hear("eth1", LinkCondition.UP);
            settle();
            assertEquals(loss, port.resumed);
            assertEquals(loss, link.statistics().reopened());
            assertEquals(loss, link.statistics().losses());
            assertEquals(LinkState.UP, link.statistics().state());
        }
    }

    @Test
    void shouldLeaveAPortAloneThatCanNotComeBack() {
        port.lasting = "broken";
        lose();
        hear("eth1", LinkCondition.UP);
        settle();
        assertEquals(0, port.attempts + port.calls);
        assertEquals(
                "restart the engine when it is back: broken", link.statistics().why());
    }

    @Test
    void shouldDoNothingWhenTheEngineIsToStop() {
        link = new PortLink("p", "eth1", 5, OnLinkLoss.STOP, true, 1500);
        port = new Port(link);
        watched = new WatchedLink(port);
        recovery = new Recovery(watched);
        lose();
        hear("eth1", LinkCondition.UP);
        settle();
        assertEquals(0, port.attempts + port.calls);
    }
}
