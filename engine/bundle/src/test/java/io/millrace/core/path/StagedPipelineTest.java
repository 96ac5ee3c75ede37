package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.ring.FrameAudit;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stage ring: room, order, backpressure, reclaim by sequence; parallel stages. */
@Timeout(60)
class StagedPipelineTest {
    private static final long DEADLINE_NS = 20_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final CrankedPort port = Crank.port(arena);
    private final Crank crank = new Crank(16, port);
    private final List<Thread> threads = new ArrayList<>();
    private StagedPipeline pipeline;

    @AfterEach
    void close() throws InterruptedException {
        if (pipeline != null) {
            pipeline.threads().forEach(StageWorker::halt);
        }
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        arena.close();
    }

    /** Groups of stages over a ring of that many slots; their threads do not run yet. */
    private void pipeline(int slots, Stage[]... groups) {
        List<List<StageRunner>> runners = new ArrayList<>();
        for (Stage[] group : groups) {
            int first = crank.runners.size();
            List<StageRunner> members = new ArrayList<>();
            for (Stage stage : group) {
                members.add(crank.runner(stage, first, group.length > 1));
            }
            runners.add(members);
        }
        pipeline = new StagedPipeline(runners, slots, 4, new YieldingWaitStrategy(), crank.outlet);
        crank.over(pipeline);
    }

    private static Stage[] group(Stage... stages) {
        return stages;
    }

    private void run() {
        for (StageWorker stage : pipeline.threads()) {
            threads.add(Thread.ofPlatform().start(() -> stage.run(stage::start)));
        }
    }

    private void turnUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "turned long enough");
            crank.turn();
        }
    }

    @Test
    void shouldLeaveFramesInTheRxRingWhenTheStagesHaveNoRoom() {
        pipeline(4, group(frame -> {}));
        assertEquals(4, pipeline.room(8));
        assertEquals(3, pipeline.room(3));
        assertEquals(10, port.arrive(10, 0));
        crank.turn();
        crank.turn();
        assertEquals(4, port.count(PortCounter.RX_FRAMES));
        assertEquals(4, pipeline.inFlight());
        assertEquals(0, pipeline.room(1));
        assertEquals(0, crank.turn(), "no work, no progress, no wait");
        FrameAudit audit = port.audit();
        pipeline.audit(0, audit);
        assertEquals(4, audit.count(FrameAudit.Place.STAGE));
        assertTrue(audit.balanced(), audit::toString);
        run();
        turnUntil(() -> port.count(PortCounter.CONSUMED) == 10);
        assertEquals(0, pipeline.inFlight());
        assertEquals(4, pipeline.room(8));
        assertTrue(port.audit().balanced());
    }

    @Test
    void shouldDropInTheKernelWhenItsRingIsFullAndRecover() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        pipeline(2, group(frame -> gate.await()));
        run();
        int arrived = 0;
        for (int i = 0; i < 100; i++) {
            arrived += port.arrive(1, 0);
            crank.turn();
        }
        assertEquals(18, arrived, "two in the stage ring, sixteen in the RX ring");
        assertEquals(82, port.kernel().rxRingFull());
        gate.countDown();
        turnUntil(() -> port.count(PortCounter.CONSUMED) == 18);
        assertEquals(16, port.arrive(16, 0), "received again");
        turnUntil(() -> port.count(PortCounter.CONSUMED) == 34);
        assertTrue(port.audit().balanced());
    }

    @Test
    void shouldKeepOrderAndSendInOrder() {
        List<Integer> seen = new ArrayList<>();
        pipeline(
                8,
                group(frame -> {}),
                group(frame -> seen.add((int) frame.buffer().getByte(0))),
                group(frame -> frame.forward(0)));
        run();
        List<CrankedPort.Sent> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            turnUntil(() -> {
                sent.addAll(port.send());
                return port.arrive(1, number) == 1;
            });
        }
        turnUntil(() -> {
            sent.addAll(port.send());
            return sent.size() + port.count(PortCounter.DROPPED_TX_FULL) == 100
                    && port.port().txInFlight() == 0;
        });
        assertEquals(100, seen.size());
        for (int i = 0; i < 100; i++) {
            assertEquals(i, seen.get(i));
        }
        for (int i = 1; i < sent.size(); i++) {
            assertTrue(sent.get(i - 1).bytes()[0] < sent.get(i).bytes()[0]);
        }
        assertTrue(port.audit().balanced());
    }

    @Test
    void shouldShowParallelStagesTheSameFrameAndHearBoth() {
        List<Long> left = new ArrayList<>();
        List<Long> right = new ArrayList<>();
        List<Byte> after = new ArrayList<>();
        pipeline(
                8,
                group(
                        frame -> {
                            left.add(frame.address());
                            frame.forward(0);
                        },
                        frame -> {
                            right.add(frame.address());
                            if (frame.buffer().getByte(0) % 2 == 1) {
                                frame.drop();
                            }
                        }),
                group(frame -> after.add(frame.buffer().getByte(0))));
        run();
        for (int i = 0; i < 100; i++) {
            int number = i;
            turnUntil(() -> {
                port.send();
                return port.arrive(1, number) == 1;
            });
        }
        turnUntil(() -> {
            port.send();
            return port.count(PortCounter.RX_FRAMES) == 100
                    && pipeline.inFlight() == 0
                    && port.port().txInFlight() == 0;
        });
        assertEquals(100, left.size());
        assertEquals(left, right);
        assertEquals(50, after.size());
        assertEquals(50, port.count(PortCounter.DROPPED_BY_STAGE));
        assertEquals(50, port.count(PortCounter.FORWARDED) + port.count(PortCounter.DROPPED_TX_FULL));
        assertTrue(port.audit().balanced());
    }

    /** What a parallel stage sees does not depend on which of them is quicker. */
    @Test
    void shouldShowParallelStageWhatTheOtherHasDroppedAlready() {
        CountDownLatch dropped = new CountDownLatch(4);
        int[] seen = new int[1];
        pipeline(
                8,
                group(
                        frame -> {
                            frame.drop();
                            dropped.countDown();
                        },
                        frame -> {
                            dropped.await();
                            seen[0]++;
                        }));
        run();
        port.arrive(4, 0);
        turnUntil(() -> port.count(PortCounter.DROPPED_BY_STAGE) == 4);
        assertEquals(4, seen[0]);
    }

    @Test
    void shouldReclaimNoFrameThatOneOfTheParallelStagesStillHas() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch quick = new CountDownLatch(4);
        pipeline(8, group(frame -> quick.countDown(), frame -> gate.await()));
        run();
        port.arrive(4, 0);
        crank.turn();
        quick.await();
        for (int i = 0; i < 100; i++) {
            crank.turn();
        }
        assertEquals(0, port.count(PortCounter.CONSUMED));
        assertEquals(4, pipeline.inFlight());
        gate.countDown();
        turnUntil(() -> port.count(PortCounter.CONSUMED) == 4);
    }

    @Test
    void shouldPassOverNoFrameWhenItsThreadIsInterruptedWhileItWaits() throws Exception {
        List<Integer> seen = new ArrayList<>();
        List<StageRunner> stage =
                List.of(crank.runner(frame -> seen.add((int) frame.buffer().getByte(0)), 0, false));
        pipeline = new StagedPipeline(List.of(stage), 8, 4, new BlockingWaitStrategy(), crank.outlet);
        crank.over(pipeline);
        run();
        Thread thread = threads.getFirst();
        for (int i = 0; i < 50; i++) {
            turnUntil(() -> thread.getState() == Thread.State.WAITING);
            thread.interrupt();
            assertEquals(1, port.arrive(1, i));
            int expected = i + 1;
            turnUntil(() -> port.count(PortCounter.CONSUMED) == expected);
        }
        assertEquals(50, seen.size());
        for (int i = 0; i < 50; i++) {
            assertEquals(i, seen.get(i));
        }
        assertTrue(thread.isAlive());
    }

    @Test
    void shouldEndItsThreadsWhetherOrNotTheyHadStarted() throws Exception {
        boolean[] stopped = new boolean[1];
        pipeline(4, group(new Stage() {
            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onStop() {
                stopped[0] = true;
            }
        }));
        pipeline.threads().forEach(StageWorker::halt);
        run();
        for (Thread thread : threads) {
            thread.join(10_000);
            assertFalse(thread.isAlive());
        }
        assertTrue(stopped[0]);
    }
}
