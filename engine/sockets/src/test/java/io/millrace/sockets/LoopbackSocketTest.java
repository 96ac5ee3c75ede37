package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Outstanding;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StageRunner;
import io.millrace.spi.Port;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The port that is warmed up: it goes the ways that a real one goes, waiting included. */
class LoopbackSocketTest {
    private static final long LONGEST_NS = 10_000_000_000L;

    private final Arena arena = Arena.ofConfined();
    private final LoopbackSocket socket = new LoopbackSocket(arena, new byte[64]);
    private final LeaseRegistry leases = new LeaseRegistry(1, 2, false);
    private final Port[] ports = {socket.port()};
    private final Pipeline pipeline = new InlinePipeline(new StageRunner[0], new Outlet(ports, leases));
    private final Poller poller = new Poller(ports, pipeline, socket.loops());
    private final IdleStrategy wait = socket.newWait(new Outstanding(pipeline, leases, ports));

    @AfterEach
    void close() {
        arena.close();
    }

    private long waits() {
        return ((Uring) socket.loops()[0]).statistics().waits();
    }

    @Test
    void shouldReceiveWhatWasOfferedAndNothingInBetween() {
        assertEquals(0, poller.doWork(), "arms the receive");
        socket.turn();
        assertTrue(poller.doWork() > 0);
        assertEquals(0, poller.doWork());
        socket.turn();
        assertTrue(poller.doWork() > 0);
    }

    @Test
    void shouldEndTheReceiveNowAndThenAndGoOnWhenItIsStartedAgain() {
        int empty = 0;
        for (int i = 0; i < 1000; i++) {
            empty += poller.doWork() == 0 ? 1 : 0;
            socket.turn();
        }
        long rearmed = ports[0].counters().get(PortCounter.RX_REARMED);
        assertEquals(999 / 8, rearmed, "every 8 turns; the first cycle arms");
        assertEquals(1, empty, "the first cycle arms; when it is armed again, nothing is missed");
    }

    /** It would take eight minutes, were one of the waits a sleep. */
    @Test
    void shouldWaitWithoutSleeping() {
        long startNs = System.nanoTime();
        for (int i = 1; i <= 10_000; i++) {
            wait.idle(0);
            assertEquals(i, waits());
        }
        assertTrue(System.nanoTime() - startNs < LONGEST_NS);
    }

    @Test
    void shouldNotWaitWhileSomethingIsThere() {
        poller.doWork();
        socket.turn();
        wait.idle(0);
        assertEquals(0, waits());
        wait.idle(poller.doWork());
        assertEquals(0, waits());
        wait.idle(0);
        assertEquals(1, waits());
    }
}
