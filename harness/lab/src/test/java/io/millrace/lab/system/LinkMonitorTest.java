package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bindings.Libc;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.link.LinkMonitor;
import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import io.millrace.testing.RootOnly;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More news than the monitor's socket holds, and news that is older than the ports. */
@RootOnly
@Timeout(60)
class LinkMonitorTest {
    /** A message takes more than a kilobyte of a socket buffer, which has some hundred by default. */
    private static final int TOO_MANY = 1_000;
    /** Of no interface. */
    private static final int NO_INDEX = 999_999;

    private Rig rig;

    private static final class WatchedPort implements LinkedPort {
        private final PortLink link;
        private final AtomicInteger losses = new AtomicInteger();

        private final AtomicInteger attempts = new AtomicInteger();

        WatchedPort(String interfaceName) {
            this(interfaceName, Libc.ifNameToIndex(interfaceName));
        }

        WatchedPort(String interfaceName, int index) {
            link = new PortLink("p", interfaceName, index, OnLinkLoss.WAIT, true, 1500);
        }

        @Override
        public PortLink link() {
            return link;
        }

        @Override
        public void loseLink() {
            losses.incrementAndGet();
        }

        @Override
        public String advice(LinkCondition now) {
            return "nothing is received";
        }

        @Override
        public String whenBack() {
            return "the port is open on it";
        }

        @Override
        public String lastingLoss() {
            return null;
        }

        @Override
        public boolean letGo() {
            return true;
        }

        @Override
        public Reopened reopen() {
            attempts.incrementAndGet();
            throw new IllegalStateException("not now");
        }

        @Override
        public void resume() {}
    }

    @BeforeEach
    void open() {
        rig = Rig.create();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private LinkMonitor monitor() {
        return rig.right()
                .namespace()
                .call(() -> LinkMonitor.open(EngineConfig.parse(
                                "millrace { ports { p { type = af-xdp, interface = right0 } }, pipeline = [{ stage ="
                                        + " drop }] }")
                        .ports()));
    }

    private WatchedPort port() {
        return rig.right().namespace().call(() -> new WatchedPort("right0"));
    }

    /** Ends at an MTU of 1400. */
    private void changeMtu(int times) {
        Shell.run(
                rig.right().namespace(),
                "sh",
                "-c",
                "i=" + times + "; while [ $i -gt 0 ]; do i=$((i-1));"
                        + " echo link set right0 mtu $((1400 + i)); done | ip -batch -");
    }

    private static void awaitMtu(WatchedPort port, int mtu) {
        Await.until("MTU " + mtu, () -> port.link.statistics().equals(new LinkStatistics(LinkState.UP, 0, mtu)));
    }

    @Test
    void shouldAskWhenNewsWasLost() {
        WatchedPort port = port();
        try (LinkMonitor monitor = monitor()) {
            changeMtu(TOO_MANY);
            monitor.start(List.of(port), reason -> {}, cause -> {}, null);
            awaitMtu(port, 1400);
            Shell.run(rig.right().namespace(), "ip", "link", "set", "right0", "mtu", "1500");
            awaitMtu(port, 1500);
            changeMtu(TOO_MANY);
            awaitMtu(port, 1400);
        }
    }

    @Test
    void shouldNoticeInterfaceThatWasDeletedBeforeItStarted() {
        WatchedPort port = port();
        rig.removeInterfaces();
        try (LinkMonitor monitor = monitor()) {
            monitor.start(List.of(port), reason -> {}, cause -> {}, null);
            Await.until("told", () -> port.losses.get() == 1);
            assertEquals(new LinkStatistics(LinkState.GONE, 1, 1500), port.link.statistics());
        }
    }

    /** Nobody tells of an interface that was there before: it is asked for by its name. */
    @Test
    void shouldFindInterfaceThatWasMadeAgainBeforeItStarted() {
        WatchedPort port = new WatchedPort("right0", NO_INDEX);
        try (LinkMonitor monitor = monitor()) {
            monitor.start(List.of(port), reason -> {}, cause -> {}, null);
            Await.until("tried, and tried again", () -> port.attempts.get() > 2);
            assertEquals(new LinkStatistics(LinkState.GONE, 1, 1500, 0, "not now"), port.link.statistics());
        }
    }

    /** The engine stops: it hears of links, and opens nothing any more. */
    @Test
    void shouldOnlyWatchWhenItIsToldTo() throws Exception {
        WatchedPort lost = new WatchedPort("right0", NO_INDEX);
        WatchedPort port = port();
        try (LinkMonitor monitor = monitor()) {
            monitor.start(List.of(lost, port), reason -> {}, cause -> {}, null);
            Await.until("tried", () -> lost.attempts.get() > 0);
            monitor.onlyWatch();
            int attempts = lost.attempts.get();
            rig.removeInterfaces();
            Await.until("told", () -> port.losses.get() == 1);
            Thread.sleep(200);
            assertEquals(attempts, lost.attempts.get());
        }
    }

    @Test
    void shouldEndWhetherItWasStartedOrNot() {
        LinkMonitor idle = monitor();
        idle.close();
        idle.close();
        LinkMonitor started = monitor();
        started.start(List.of(port()), reason -> {}, cause -> {}, null);
        started.close();
        started.close();
    }
}
