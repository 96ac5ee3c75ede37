package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.PipelineStub;
import io.millrace.core.path.Slots;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.KernelSide;
import io.millrace.ring.RingMemory;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameSink;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.TransmitOffload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port loses its queues and gets others, over plain memory: the rings of the old ones are unmapped in between. */
class QueueExchangeTest {
    private static final int FRAMES = 64;
    private static final int FRAME_SIZE = 2048;
    private static final int RING = 16;
    private static final int MAX_SEGMENTS = 8;

    private final Arena arena = Arena.ofConfined();
    private final List<KernelSide> kernels = new ArrayList<>();
    private final Stages stages = new Stages();
    private final PortCounters counters = new PortCounters(new EngineCounters(), "p");
    private final PortLink link = LinkNews.link();
    private PortMemory memory;
    private UmemUsers users;
    private AfXdpPort port;
    private LinkedPort linked;
    private RuntimeException refusal;
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        arena.close();
    }

    /** Keeps what it is given until told otherwise. */
    private static final class Stages extends PipelineStub {
        private final ArrayDeque<Long> held = new ArrayDeque<>();

        Stages() {
            super(Integer.MAX_VALUE);
        }

        @Override
        public void frame(int portId, int queue, int connection, long address, int length) {
            held.add(address);
        }

        @Override
        public int inFlight() {
            return held.size();
        }
    }

    private void open(boolean segmented) {
        memory = new PortMemory(
                Umem.over(arena.allocate((long) FRAMES * FRAME_SIZE, 4096), FRAME_SIZE), segmented, true);
        PortInterface network = new PortInterface() {
            @Override
            public PortQueues openAgain(FramePool free) {
                PortQueues opened = queues(free, free);
                if (refusal != null) {
                    opened.close();
                    throw refusal;
                }
                return opened;
            }

            @Override
            public boolean writesMetadata() {
                return false;
            }

            @Override
            public void accept(List<AcceptRule> rules) {}

            @Override
            public List<AcceptRule> accepted() {
                return List.of();
            }
        };
        users = new UmemUsers(memory);
        port = AfXdpPort.of(0, "p", users, counters, queues(memory.pool(), null), link, network);
        linked = port.links().getFirst();
        port.seekAt((portId, audit) -> stages.held.forEach(frame -> audit.found(FrameAudit.Place.STAGE, frame)));
    }

    private PortQueues queues(FramePool free, FramePool unused) {
        Arena rings = Arena.ofShared();
        KernelSide kernel = new KernelSide(
                memory.umem(),
                RingMemory.ofAddresses(rings, RING),
                RingMemory.ofDescriptors(rings, RING),
                RingMemory.ofDescriptors(rings, RING),
                RingMemory.ofAddresses(rings, RING));
        kernels.add(kernel);
        XdpRings ends = new XdpRings(kernel.fillRing(), kernel.rxRing(), kernel.txRing(), kernel.completionRing());
        XdpQueue queue = XdpQueue.over(0, -1, ends, memory, counters, RING, WakeUps.ON_DEMAND);
        queue.refill(free);
        TransmitMetadata transmit = new TransmitMetadata(
                new TransmitPlan(Set.of(TransmitOffload.TIMESTAMP), Set.of(), false),
                memory.umem(),
                counters,
                (cookie, timeNs) -> told.add(cookie + (timeNs == 0 ? " unknown" : " known")));
        queue.metadata(transmit);
        return new PortQueues(
                7, true, 1500, new XdpQueue[] {queue}, null, rings, null, MAX_SEGMENTS, transmit, false, unused);
    }

    private KernelSide kernel() {
        return kernels.getLast();
    }

    private void cycle() {
        port.complete();
        port.receive(stages);
        port.flush();
    }

    private int transmit(long frame, int length) {
        return port.transmit(Slots.frame(frame, length));
    }

    private void letGo() {
        LinkNews.deleted(link);
        assertFalse(linked.letGo(), "the poller has not heard of it");
        cycle();
        assertTrue(linked.letGo());
    }

    private void comeBack() {
        LinkNews.back(link, linked.reopen());
        linked.resume();
    }

    /** Where every frame is, as at the close. */
    private void assertBalanced() {
        FrameAudit audit = memory.newAudit();
        users.auditOwn(audit);
        stages.held.forEach(frame -> audit.found(FrameAudit.Place.STAGE, frame));
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(0, users.miscounted());
    }

    private long count(PortCounter counter) {
        return counters.get(counter);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGoOnWithEveryFrameWhateverTheKernelHad(boolean segmented) {
        open(segmented);
        for (int round = 1; round <= 20; round++) {
            cycle();
            assertEquals(5, kernel().receive(5, 100));
            cycle();
            for (int i = 0; i < 4; i++) {
                assertEquals(FrameSink.TAKEN, transmit(stages.held.poll(), 100));
            }
            cycle();
            assertEquals(2, kernel().transmit(2)); // completed, and not yet taken back
            assertEquals(3, kernel().receive(3, 100)); // received, and not yet taken
            letGo();
            assertEquals(round * 8L, count(PortCounter.RX_FRAMES), "what was received is handled");
            assertEquals(round * 4L, count(PortCounter.TX_FRAMES));
            assertEquals(round * 2L, count(PortCounter.TX_LOST));
            assertBalanced();
            comeBack();
            assertEquals(RING, kernel().receive(RING, 100), "can receive before the poller knows of it");
            cycle();
            cycle();
            port.release(Slots.frame(stages.held.poll(), 100));
            for (int i = 0; i < 3 + RING; i++) {
                port.release(Slots.frame(stages.held.poll(), 100));
            }
            assertEquals(0, stages.held.size());
            counters.add(PortCounter.RX_FRAMES, -RING); // these do not count in the sum above
            assertBalanced();
        }
    }

    @Test
    void shouldTellStampsOnceThoughTheirFramesWereLostWithTheInterface() {
        open(false);
        cycle();
        assertEquals(3, kernel().receive(3, 100));
        cycle();
        for (int cookie = 1; cookie <= 2; cookie++) {
            assertEquals(FrameSink.TAKEN, port.transmitRequested(Slots.stamped(stages.held.poll(), 100, cookie), null));
        }
        cycle();
        assertEquals(1, kernel().transmit(1));
        cycle();
        assertEquals(List.of("1 known"), told);
        letGo();
        assertEquals(List.of("1 known", "2 unknown"), told);
        assertEquals(FrameSink.GONE, port.transmitRequested(Slots.stamped(stages.held.peek(), 100, 3), null));
        comeBack();
        cycle();
        assertEquals(FrameSink.TAKEN, port.transmitRequested(Slots.stamped(stages.held.poll(), 100, 3), null));
        cycle();
        assertEquals(1, kernel().transmit(1));
        cycle();
        assertEquals(List.of("1 known", "2 unknown", "3 known"), told);
        assertEquals(2, count(PortCounter.TX_STAMPED));
        assertEquals(1, count(PortCounter.TX_UNSTAMPED));
        assertBalanced();
    }

    @Test
    void shouldTakeNothingToSendUntilItHasOtherQueues() {
        open(false);
        cycle();
        assertEquals(2, kernel().receive(2, 100));
        cycle();
        LinkNews.deleted(link);
        cycle();
        assertEquals(FrameSink.GONE, transmit(stages.held.peek(), 100));
        letGoOn();
        assertEquals(FrameSink.GONE, transmit(stages.held.peek(), 100));
        assertEquals(-1, port.pollDescriptor(0));
        assertEquals(1, port.queueCount());
        int generation = port.pollGeneration();
        comeBack();
        assertEquals(FrameSink.GONE, transmit(stages.held.peek(), 100), "the poller has not seen them");
        cycle();
        assertTrue(port.pollGeneration() > generation);
        assertEquals(FrameSink.TAKEN, transmit(stages.held.poll(), 100));
        cycle();
        assertEquals(1, kernel().transmit(5));
        assertBalanced();
        assertEquals(1, link.statistics().reopened());
    }

    private void letGoOn() {
        linked.letGo();
        cycle();
        assertTrue(linked.letGo());
    }

    /** A stage may hold up the pipeline: what waits in the RX ring stays there until there is room. */
    @Test
    void shouldNotLetGoOfWhatWasReceivedAndHasNoRoom() {
        open(false);
        cycle();
        assertEquals(3, kernel().receive(3, 100));
        stages.room = 0;
        LinkNews.deleted(link);
        linked.letGo();
        for (int i = 0; i < 3; i++) {
            cycle();
            assertFalse(linked.letGo());
        }
        stages.room = 1;
        cycle();
        assertFalse(linked.letGo());
        stages.room = Integer.MAX_VALUE;
        cycle();
        assertTrue(linked.letGo());
        assertEquals(3, stages.held.size());
        assertBalanced();
    }

    /** Lost again before the poller has seen what was opened. */
    @Test
    void shouldLetGoOfQueuesThatThePollerHasNotSeen() {
        open(false);
        cycle();
        letGo();
        comeBack();
        assertEquals(2, kernel().receive(2, 100));
        LinkNews.deleted(link);
        assertFalse(linked.letGo());
        cycle();
        assertFalse(linked.letGo(), "it has seen them now");
        cycle();
        assertTrue(linked.letGo());
        assertEquals(2, count(PortCounter.RX_FRAMES));
        assertBalanced();
        comeBack();
        cycle();
        assertBalanced();
        assertEquals(FRAMES - 2, memory.pool().available() + RING);
    }

    @Test
    void shouldBeAsItWasWhenOpeningFails() {
        open(false);
        cycle();
        letGo();
        refusal = new IllegalStateException("busy");
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    "busy",
                    assertThrows(IllegalStateException.class, linked::reopen).getMessage());
            cycle();
            assertBalanced();
        }
        refusal = null;
        comeBack();
        cycle();
        assertEquals(RING, kernel().receive(RING, 100));
        cycle();
        assertEquals(RING, stages.held.size());
        assertBalanced();
    }

    /** The kernel writes whole frames; should it ever be cut off in one, what there is of it is free memory. */
    @Test
    void shouldForgetThePartOfAFrameWhoseRestDoesNotCome() {
        open(true);
        cycle();
        byte[] whole = new byte[300];
        assertTrue(kernel().receive(MemorySegment.ofArray(whole), 100));
        stages.room = 2;
        cycle();
        assertEquals(0, stages.held.size(), "two of three descriptors");
        stages.room = Integer.MAX_VALUE;
        letGo();
        assertEquals(1, stages.held.size());
        assertEquals(2, memory.chains().following());
        assertBalanced();
        comeBack();
        cycle();
        assertBalanced();
    }

    @Test
    void shouldCountLostFramesAndNotTheirSegments() {
        open(true);
        cycle();
        assertTrue(kernel().receive(MemorySegment.ofArray(new byte[300]), 100));
        cycle();
        assertEquals(FrameSink.TAKEN, transmit(stages.held.poll(), 100));
        cycle();
        letGo();
        assertEquals(1, count(PortCounter.TX_FRAMES));
        assertEquals(1, count(PortCounter.TX_LOST));
        assertEquals(0, memory.chains().following());
        assertBalanced();
    }

    /** Frames that the other port's kernel has, and those that are about to be given to it, are not this one's. */
    @Test
    void shouldLeaveTheFramesOfAPortThatSharesTheMemory() {
        open(false);
        PortQueues others = queues(memory.pool(), null);
        KernelSide otherKernel = kernel();
        AfXdpPort other = AfXdpPort.of(
                1,
                "q",
                users,
                new PortCounters(new EngineCounters(), "q"),
                others,
                LinkNews.link(),
                PortInterface.NONE);
        port.seekAt((portId, audit) -> {
            if (portId == 0) {
                stages.held.forEach(frame -> audit.found(FrameAudit.Place.STAGE, frame));
            }
        });
        cycle();
        other.flush();
        assertEquals(6, kernels.getFirst().receive(6, 100));
        assertEquals(4, otherKernel.receive(4, 100)); // in the other's RX ring
        cycle();
        for (int i = 0; i < 2; i++) {
            assertEquals(FrameSink.TAKEN, other.transmit(Slots.frame(stages.held.poll(), 100)));
        }
        other.flush(); // given to the other's kernel
        for (int i = 0; i < 2; i++) {
            assertEquals(FrameSink.TAKEN, other.transmit(Slots.frame(stages.held.poll(), 100))); // staged
        }
        letGo();
        assertEquals(0, users.miscounted());
        cycle();
        other.flush();
        FrameAudit audit = memory.newAudit();
        users.auditOwn(audit);
        stages.held.forEach(frame -> audit.found(FrameAudit.Place.STAGE, frame));
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(4, otherKernel.transmit(10));
        assertEquals(4, other.complete());
    }

    /** A frame that is nowhere, or twice, is not handed on as if nothing were wrong. */
    @Test
    void shouldNoticeFramesThatDoNotAddUp() {
        open(false);
        cycle();
        memory.pool().take();
        letGo();
        assertEquals(1, users.miscounted());
        assertEquals("its frames do not add up", linked.lastingLoss());
    }
}
