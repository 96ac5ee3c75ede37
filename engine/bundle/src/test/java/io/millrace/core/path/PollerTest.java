package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Lease;
import io.millrace.afxdp.CrankedPort;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The duty cycle, and when it says that nothing is on its way any more. */
@Timeout(30)
class PollerTest {
    private final Arena arena = Arena.ofShared();
    private final CrankedPort port = Crank.port(arena);

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private static boolean drained(Crank crank, long forMs) {
        long deadline = System.nanoTime() + forMs * 1_000_000;
        while (!crank.poller.drained() && System.nanoTime() - deadline < 0) {
            crank.turn();
        }
        return crank.poller.drained();
    }

    @Test
    void shouldCountOnlyRealWork() {
        Crank crank = Crank.inline(port, frame -> frame.forward(0));
        assertEquals(0, crank.turn());
        port.arrive(3, 0);
        assertEquals(3, crank.turn());
        assertEquals(0, crank.turn());
        port.send();
        assertEquals(3, crank.turn(), "completions");
        assertEquals(0, crank.turn());
    }

    @Test
    void shouldTakeAtMostOneBatchInOneCycleAndOfferFramesAgain() {
        Crank crank = Crank.inline(port, frame -> {});
        assertEquals(16, port.arrive(20, 0));
        assertEquals(8, crank.turn());
        assertEquals(8, crank.turn());
        assertEquals(16, port.arrive(20, 0), "the fill ring is full again");
        assertEquals(16, port.pool().available());
    }

    @Test
    void shouldNotBeDrainedBeforeItIsAsked() {
        Crank crank = Crank.inline(port, frame -> {});
        assertFalse(drained(crank, 20));
        crank.poller.drain();
        assertTrue(drained(crank, 5_000));
    }

    @Test
    void shouldNotBeDrainedWhileTheKernelSends() {
        Crank crank = Crank.inline(port, frame -> frame.forward(0));
        port.arrive(3, 0);
        crank.turn();
        crank.poller.drain();
        assertFalse(drained(crank, 50), "three frames are in the TX ring");
        port.send();
        assertTrue(drained(crank, 5_000));
        assertTrue(port.audit().balanced());
    }

    @Test
    void shouldStillReceiveWhatIsInTheRxRingWhileItDrains() {
        Crank crank = Crank.inline(port, frame -> {});
        crank.poller.drain();
        crank.turn();
        port.arrive(16, 0);
        assertTrue(drained(crank, 5_000));
        assertEquals(16, port.count(PortCounter.CONSUMED));
    }

    @Test
    void shouldBeDrainedAlthoughLeasesAreOut() {
        List<Lease> leases = new ArrayList<>();
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(1, 0);
        crank.turn();
        crank.poller.drain();
        assertTrue(drained(crank, 5_000));
        assertEquals(1, crank.leases.kept(0));
    }

    @Test
    void shouldEndAndSayWhyWhenItsMemoryIsGone() {
        Crank crank = Crank.inline(port, frame -> {});
        crank.turn();
        assertNull(crank.poller.failure());
        arena.close();
        AgentTerminationException end = assertThrows(AgentTerminationException.class, crank::turn);
        assertSame(end.getCause(), crank.poller.failure());
        assertTrue(crank.poller.failure() instanceof IllegalStateException);
    }

    @Test
    void shouldTellAFailureFromTooLittleTimeAtAStop() {
        Crank crank = Crank.inline(port, frame -> {});
        crank.poller.drain();
        crank.turn();
        assertEquals(Drain.TOO_LATE, Drain.await(List.of(crank.poller), 1));
        assertTrue(drained(crank, 5_000));
        assertEquals(Drain.DONE, Drain.await(List.of(crank.poller), 1));

        Crank slow = Crank.inline(port, frame -> {});
        Crank failing = Crank.inline(port, frame -> {});
        arena.close();
        assertThrows(AgentTerminationException.class, failing::turn);
        assertEquals(Drain.FAILED, Drain.await(List.of(failing.poller, slow.poller), Long.MAX_VALUE / 2));
        assertEquals(Drain.FAILED, Drain.await(List.of(slow.poller, failing.poller), 1));
    }
}
