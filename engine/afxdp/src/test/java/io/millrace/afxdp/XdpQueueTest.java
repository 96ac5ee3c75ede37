package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.PipelineStub;
import io.millrace.ring.EarlyDrop;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rings of one queue as the duty cycle uses them: batches, wake-ups, and what is where. */
@Timeout(30)
class XdpQueueTest {
    private static final int RING = 8;

    private final Arena arena = Arena.ofConfined();
    private final CrankedPort cranked = new CrankedPort(arena, 0, 64, RING, RING);
    private final AfXdpPort port = cranked.port();
    private final XdpQueue queue = cranked.queue();

    @AfterEach
    void close() {
        arena.close();
    }

    private void transmit(int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(cranked.queue().transmit(cranked.pool().take(), 64));
        }
    }

    @Test
    void shouldOfferWhatTheFillRingHolds() {
        assertEquals(RING, queue.offered());
        assertEquals(64 - RING, cranked.pool().available());
        port.flush();
        assertEquals(RING, queue.offered(), "full is full");
    }

    @Test
    void shouldShowTheKernelNothingBeforeTheFlush() {
        transmit(3);
        assertEquals(3, port.txInFlight());
        assertEquals(0, cranked.send().size());
        port.flush();
        assertEquals(3, cranked.send().size());
        assertEquals(3, port.txInFlight(), "until they are completed");
        assertEquals(3, port.complete());
        assertEquals(0, port.txInFlight());
        assertTrue(cranked.audit().balanced());
    }

    @Test
    void shouldSayThatTheTxRingIsFullAndTakeMoreWhenItIsNot() {
        transmit(RING);
        long kept = cranked.pool().take();
        assertFalse(cranked.queue().transmit(kept, 64));
        port.flush();
        assertFalse(cranked.queue().transmit(kept, 64), "the kernel has not taken any");
        assertEquals(2, cranked.kernel().transmit(2));
        assertTrue(cranked.queue().transmit(kept, 64));
        transmit(1);
        assertFalse(cranked.queue().transmit(0, 64));
        port.flush();
        assertEquals(RING + 2, cranked.count(PortCounter.TX_FRAMES));
        assertEquals(2, port.complete());
        cranked.send();
        assertEquals(RING, port.complete());
        assertTrue(cranked.audit().balanced());
    }

    @Test
    void shouldShutTheGateAtNearlyFullRingAndOpenItWhenHalfIsFree() {
        MemorySegment gate = arena.allocate(ValueLayout.JAVA_INT);
        EarlyDrop drop = new EarlyDrop(gate, RING);
        for (int waiting : new int[] {0, 1, RING - 3, 0}) {
            drop.look(waiting);
            assertEquals(0, gate.get(ValueLayout.JAVA_INT, 0), waiting + " waiting");
        }
        for (int waiting : new int[] {RING - 2, RING, RING / 2 + 1, RING}) {
            drop.look(waiting);
            assertEquals(1, gate.get(ValueLayout.JAVA_INT, 0), waiting + " waiting");
        }
        for (int waiting : new int[] {RING / 2, RING / 2 + 1, RING - 3}) {
            drop.look(waiting);
            assertEquals(0, gate.get(ValueLayout.JAVA_INT, 0), waiting + " waiting");
        }
    }

    /** The gate follows what the kernel has written by now, not what was left when the poller last looked for more. */
    @Test
    void shouldLookAtTheWholeRingInEachDutyCycle() {
        MemorySegment gate = arena.allocate(ValueLayout.JAVA_INT);
        queue.earlyDrop(new EarlyDrop(gate, RING));
        assertEquals(2, cranked.kernel().receive(2, 64));
        assertEquals(1, queue.peek(new PipelineStub(1)));
        queue.rx.release(1);
        assertEquals(RING - 4, cranked.kernel().receive(RING - 4, 64));
        assertEquals(0, queue.peek(new PipelineStub(0)));
        assertEquals(0, gate.get(ValueLayout.JAVA_INT, 0), "three entries are free");
        queue.refill();
        assertEquals(3, cranked.kernel().receive(RING, 64));
        assertEquals(0, queue.peek(new PipelineStub(0)), "the stages have no room");
        assertEquals(1, gate.get(ValueLayout.JAVA_INT, 0), "full all the same");
        assertEquals(RING / 2, queue.peek(new PipelineStub(RING / 2)));
        queue.rx.release(RING / 2);
        assertEquals(RING / 2, queue.peek(new PipelineStub(RING)));
        assertEquals(0, gate.get(ValueLayout.JAVA_INT, 0));
    }

    @Test
    void shouldWakeTheKernelOnlyWhenItAsks() {
        transmit(1);
        port.flush();
        assertEquals(0, cranked.count(PortCounter.TX_WAKEUPS));
        assertEquals(0, cranked.count(PortCounter.RX_WAKEUPS));
        cranked.kernel().needFillWakeUp(true);
        port.flush();
        assertEquals(1, cranked.count(PortCounter.RX_WAKEUPS));
        cranked.kernel().needFillWakeUp(false);
        port.flush();
        assertEquals(1, cranked.count(PortCounter.RX_WAKEUPS));
    }

    /** A driver in zero-copy mode that has run dry while all frames are with the stages. */
    @Test
    void shouldNotWakeTheKernelForAnEmptyFillRing() {
        while (cranked.pool().available() > 0) {
            cranked.pool().take();
        }
        assertEquals(RING, cranked.arrive(RING, 0));
        assertEquals(0, queue.peek(new PipelineStub(0)), "the stages have no room");
        cranked.kernel().needFillWakeUp(true);
        port.flush();
        assertEquals(0, cranked.count(PortCounter.RX_WAKEUPS));
        cranked.pool().give(0);
        port.flush();
        assertEquals(1, cranked.count(PortCounter.RX_WAKEUPS), "a frame to fetch");
        port.flush();
        assertEquals(2, cranked.count(PortCounter.RX_WAKEUPS), "until it was fetched");
    }

    /** Each cycle would fetch the cache line that the kernel writes for every frame. */
    @Test
    void shouldFillTheRingAgainOnceFramesHaveCome() {
        long offered = queue.offered();
        assertEquals(RING, offered, "full");
        assertEquals(3, cranked.kernel().receive(3, 64));
        port.flush();
        assertEquals(offered, queue.offered(), "no look before the RX ring shows something");
        assertEquals(1, queue.peek(new PipelineStub(1)));
        port.flush();
        assertEquals(offered + 3, queue.offered(), "as many as the kernel has taken");
        cranked.pool().give(cranked.pool().take());
        port.flush();
        assertEquals(offered + 3, queue.offered(), "full again");
    }

    /**
     * What was missing when the ring could not be filled comes as soon as there are frames, without another one
     * received.
     */
    @Test
    void shouldGoOnFillingWhenFramesAreBack() {
        long[] taken = new long[cranked.pool().available()];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = cranked.pool().take();
        }
        assertEquals(2, cranked.arrive(2, 0));
        assertEquals(2, queue.peek(new PipelineStub(2)));
        port.flush();
        assertEquals(RING, queue.offered(), "there is none");
        queue.rx.release(2);
        assertEquals(0, queue.peek(new PipelineStub(2)));
        for (int i = 0; i < 2; i++) {
            cranked.pool().give(taken[i]);
            port.flush();
            assertEquals(RING + 1 + i, queue.offered(), "one more frame");
        }
    }

    /** A socket that takes nothing, here none at all: one try in each duty cycle, until there is nothing to send. */
    @Test
    void shouldTryOnceACycleWhenTheKernelTakesNothing() {
        cranked.kernel().needTxWakeUp(true);
        transmit(3);
        for (int cycle = 1; cycle <= 5; cycle++) {
            port.flush();
            assertEquals(cycle, cranked.count(PortCounter.TX_WAKEUPS));
            assertEquals(cycle, cranked.count(PortCounter.TX_BUSY));
        }
        cranked.send();
        port.complete();
        port.flush();
        assertEquals(5, cranked.count(PortCounter.TX_WAKEUPS), "nothing to send, no call");
    }

    @Test
    void shouldNotCallTheKernelWhileTheInterfaceIsOff() {
        cranked.kernel().needTxWakeUp(true);
        cranked.kernel().needFillWakeUp(true);
        queue.follow(QueueState.OFF);
        transmit(3);
        port.flush();
        assertEquals(0, cranked.count(PortCounter.TX_WAKEUPS) + cranked.count(PortCounter.RX_WAKEUPS));
        assertEquals(3, cranked.count(PortCounter.TX_FRAMES), "they wait in the ring");
        queue.follow(QueueState.RUNNING);
        port.flush();
        assertEquals(1, cranked.count(PortCounter.TX_WAKEUPS));
        assertEquals(1, cranked.count(PortCounter.RX_WAKEUPS));
    }

    @Test
    void shouldTakeNothingToSendOnceTheInterfaceIsGone() {
        transmit(2);
        port.flush();
        transmit(1);
        queue.follow(QueueState.GONE);
        long kept = cranked.pool().take();
        assertFalse(queue.transmit(kept, 64));
        port.flush();
        assertFalse(queue.transmit(kept, 64));
        cranked.pool().give(kept);
        assertEquals(3, queue.txInFlight(), "what was queued is where it was");
        queue.abandon();
        assertEquals(3, cranked.count(PortCounter.TX_FRAMES));
        assertEquals(3, cranked.count(PortCounter.TX_LOST));
        assertTrue(cranked.audit().balanced());
    }

    @Test
    void shouldWakeTheKernelUnaskedWhileFramesWaitIfRingsHaveNoFlags() {
        CrankedPort unflagged = CrankedPort.withWakeUps(arena, 64, RING, new WakeUps(false, false));
        long before = unflagged.count(PortCounter.TX_WAKEUPS);
        unflagged.port().flush();
        assertEquals(before, unflagged.count(PortCounter.TX_WAKEUPS), "nothing to send, no call");
        assertTrue(unflagged.queue().transmit(unflagged.pool().take(), 64));
        unflagged.port().flush();
        unflagged.port().flush();
        assertEquals(before + 2, unflagged.count(PortCounter.TX_WAKEUPS));
        assertEquals(1, unflagged.send().size());
        unflagged.port().flush();
        assertEquals(before + 2, unflagged.count(PortCounter.TX_WAKEUPS), "taken, and not completed");
        assertEquals(0, unflagged.count(PortCounter.RX_WAKEUPS));
    }

    @Test
    void shouldRunTheDriversReceiveInEachCycleWhenBusyPolling() {
        CrankedPort polling = CrankedPort.withWakeUps(arena, 64, RING, new WakeUps(true, true));
        long before = polling.count(PortCounter.RX_WAKEUPS);
        for (int cycle = 1; cycle <= 3; cycle++) {
            polling.port().flush();
            assertEquals(before + cycle, polling.count(PortCounter.RX_WAKEUPS));
        }
        assertEquals(0, polling.count(PortCounter.TX_WAKEUPS));
    }

    /** By sendto, which may run no more than the driver's receive, and then by poll. */
    @Test
    void shouldWakeTheDriverByAnotherCallIfTheFirstSendsNothingWhenBusyPolling() {
        CrankedPort polling = CrankedPort.withWakeUps(arena, 64, RING, new WakeUps(true, true));
        long before = polling.count(PortCounter.TX_WAKEUPS);
        long busy = polling.count(PortCounter.TX_BUSY);
        polling.kernel().needTxWakeUp(true);
        assertTrue(polling.queue().transmit(polling.pool().take(), 64));
        polling.port().flush();
        assertEquals(before + 2, polling.count(PortCounter.TX_WAKEUPS));
        assertEquals(busy + 1, polling.count(PortCounter.TX_BUSY));
    }

    @Test
    void shouldGoOnAcrossManyTurnsOfTheRings() {
        for (int i = 0; i < 1_000; i++) {
            int count = 1 + i % RING;
            transmit(count);
            port.flush();
            assertEquals(count, cranked.send().size());
            assertEquals(count, port.complete());
        }
        assertTrue(cranked.audit().balanced());
        assertEquals(64 - RING, cranked.pool().available());
    }

    @Test
    void shouldCountWhatIsLeftInTheRxRingAtClose() {
        assertEquals(5, cranked.arrive(5, 0));
        queue.abandon();
        assertEquals(5, cranked.count(PortCounter.RX_FRAMES));
        assertEquals(5 * 64, cranked.count(PortCounter.RX_BYTES));
        assertEquals(5, cranked.count(PortCounter.DROPPED_AT_STOP));
        assertEquals(RING, queue.offered(), "they never left the kernel's account");
    }
}
