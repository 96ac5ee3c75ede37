package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Alone;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A UDP port whose poller sleeps for many datagrams at once: {@code engine.uring.min-wait}. */
@Alone
@Timeout(60)
class UdpMinWaitTest {
    private static final long MIN_WAIT_NS = 10_000_000;
    private static final long PATIENCE_MS = 10_000;
    private static final String ENGINE = "mode = inline, idle = wait, uring { min-wait = 10ms }";
    private static final String SINK = "{ stage = drop }";
    /** Wake-ups of the start and of the end, and a sleep that ends for the sake of a stop. */
    private static final int OTHERS = 5;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    /** A steady trickle, which would be a wake-up each, is one for each sleep. */
    @Test
    void shouldWakeOnceForWhatComesMeanwhile() throws Exception {
        Engine engine = rig.start(UdpRig.config(ENGINE, "", SINK));
        UdpClient client = rig.client(engine);
        long waitsBefore = engine.statistics().uring().waits();
        long start = System.nanoTime();
        int sent = 0;
        while (System.nanoTime() - start < 300_000_000) {
            client.send(new byte[] {1});
            sent++;
            LockSupport.parkNanos(200_000);
        }
        awaitReceived(engine, sent);
        long sleeps = engine.statistics().uring().waits() - waitsBefore;
        long most = (System.nanoTime() - start) / MIN_WAIT_NS + OTHERS;
        assertTrue(sleeps <= most, sleeps + " sleeps for " + sent + " datagrams, at most " + most);
        assertTrue(sent > 3 * most, "enough for a difference: " + sent);
    }

    /** Sleeps do not last until there is no buffer left: a burst of ten times as many as there are comes whole. */
    @Test
    void shouldWakeBeforeItsBuffersAreFull() throws Exception {
        Engine engine = rig.start(UdpRig.config(ENGINE, "buffers = 16, frames = 64, receive-buffer = 1MiB", SINK));
        UdpClient client = rig.client(engine);
        Thread.sleep(60);
        long start = System.nanoTime();
        for (int i = 0; i < 160; i++) {
            client.send(new byte[] {2});
        }
        awaitReceived(engine, 160);
        long ns = System.nanoTime() - start;
        assertEquals(0, UdpRig.port(engine).kernel().rxDropped());
        assertTrue(ns < 160 / 16 * MIN_WAIT_NS, "not a sleep for each 16: " + ns + " ns");
    }

    private static void awaitReceived(Engine engine, long count) {
        Await.until(() -> count + " received, but " + received(engine), () -> received(engine) >= count, PATIENCE_MS);
    }

    private static long received(Engine engine) {
        return UdpRig.port(engine).get(PortCounter.RX_FRAMES);
    }
}
