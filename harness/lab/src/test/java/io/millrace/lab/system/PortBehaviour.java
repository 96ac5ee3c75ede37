package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stages and clients can rely on, whatever kind of port the frames come by. */
@Timeout(60)
abstract class PortBehaviour {
    private static final int COUNT = 300;
    private static final int LONGEST = 1_400;
    private static final long SOON_MS = 10_000;
    /** Long enough to notice what must not come. */
    private static final long NEVER_MS = 50;

    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    private PortBench bench;

    /** A new one for each test. */
    abstract PortBench open();

    @BeforeEach
    void start() {
        bench = open();
    }

    @AfterEach
    void end() {
        bench.close();
    }

    private Engine start(String mode, String name, Stage stage, String pipeline) {
        return bench.start("mode = " + mode, Map.of(name, stage), pipeline);
    }

    private static byte[] payload(int number, int length) {
        byte[] payload = new byte[Math.max(2, length)];
        new Random(number).nextBytes(payload);
        payload[0] = (byte) (number >> 8);
        payload[1] = (byte) number;
        return payload;
    }

    private byte[] receive() {
        byte[] payload = bench.receive(SOON_MS);
        assertNotNull(payload, "something came back");
        return payload;
    }

    private void assertEchoes(int number) {
        byte[] question = payload(number, number * 37 % LONGEST);
        bench.send(question);
        assertArrayEquals(question, receive());
    }

    /** Closes the engine; every frame must be free again. */
    private static EngineStatistics closed(Engine engine) {
        engine.close();
        Accounts.assertHome(engine.statistics());
        return engine.statistics();
    }

    private static PortStatistics port(Engine engine) {
        return Rig.port(engine);
    }

    /** A stage's first failure, as an assertion of the test's. */
    private abstract static class Checking implements Stage {
        private volatile Throwable problem;

        abstract void check(Frame frame) throws Exception;

        @Override
        public void onFrame(Frame frame) {
            try {
                check(frame);
            } catch (Throwable e) {
                problem = problem == null ? e : problem;
            }
        }

        void assertNoProblem() {
            if (problem != null) {
                throw new AssertionError("in the stage", problem);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldEchoWhatIsSent(String mode) {
        Engine engine = bench.start("mode = " + mode, Map.of(), ECHO);
        for (int i = 0; i < COUNT; i++) {
            assertEchoes(i);
        }
        PortStatistics last = closed(engine).ports().getFirst();
        assertEquals(COUNT, last.get(PortCounter.FORWARDED), last::toString);
        assertEquals(COUNT, last.get(PortCounter.TX_FRAMES), last::toString);
        assertEquals(last.get(PortCounter.RX_BYTES), last.get(PortCounter.TX_BYTES), last::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldDropWhatStageDrops(String mode) {
        Engine engine = start(
                mode,
                "odd",
                frame -> {
                    if ((frame.buffer().getByte(frame.payloadOffset() + 1) & 1) != 0) {
                        frame.drop();
                    }
                },
                "{ stage = count }, " + ECHO);
        for (int i = 0; i < COUNT; i++) {
            bench.send(payload(i, 20));
            if (i % 2 == 0) {
                assertArrayEquals(payload(i, 20), receive());
            }
        }
        assertNull(bench.receive(NEVER_MS));
        EngineStatistics last = closed(engine);
        assertEquals(COUNT / 2, last.ports().getFirst().get(PortCounter.DROPPED_BY_STAGE));
        assertEquals(COUNT / 2, last.ports().getFirst().get(PortCounter.FORWARDED));
        assertEquals(COUNT / 2, last.stages().get(1).frames(), "no later stage sees a dropped frame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldChangeTheLengthWithinCapacity(String mode) {
        Checking change = new Checking() {
            @Override
            void check(Frame frame) {
                int length = frame.length();
                byte[] before = frame.segment().toArray(ValueLayout.JAVA_BYTE);
                assertTrue(frame.capacity() >= length);
                frame.length(1);
                assertEquals(1, frame.buffer().capacity());
                assertEquals(1, frame.segment().byteSize());
                assertThrows(
                        IndexOutOfBoundsException.class, () -> frame.buffer().getByte(1));
                frame.length(0);
                assertTrue(frame.capacity() >= length, "what was there is there");
                int capacity = frame.capacity();
                assertThrows(IllegalArgumentException.class, () -> frame.length(capacity + 1));
                assertThrows(IllegalArgumentException.class, () -> frame.length(-1));
                assertEquals(0, frame.length());
                frame.length(capacity);
                assertEquals(capacity, frame.buffer().capacity());
                frame.length(length);
                assertArrayEquals(before, frame.segment().toArray(ValueLayout.JAVA_BYTE));
            }
        };
        Engine engine = start(mode, "change", change, ECHO);
        for (int i = 0; i < COUNT; i++) {
            assertEchoes(i);
        }
        closed(engine);
        change.assertNoProblem();
    }

    /** The stage shortens the frame, and later ones see and send what is left of it. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountTheBytesThatLeave(String mode) {
        int cut = 10;
        Engine engine = start(mode, "cut", frame -> frame.length(frame.length() - cut), "{ stage = forward, to = p }");
        for (int i = 0; i < COUNT; i++) {
            bench.send(payload(i, 100));
        }
        Await.until("forwarded", () -> port(engine).get(PortCounter.FORWARDED) == COUNT);
        PortStatistics last = closed(engine).ports().getFirst();
        assertEquals(last.get(PortCounter.RX_BYTES) - (long) COUNT * cut, last.get(PortCounter.TX_BYTES));
    }

    /** Leases hold frames back, and the bytes in them still, while others come and go; any thread closes them. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldHoldLeasedFramesBackUntilTheirLeasesAreClosed(String mode) throws Exception {
        int kept = 50;
        BlockingQueue<Lease> leases = new LinkedBlockingQueue<>();
        Engine engine = start(
                mode,
                "keep",
                frame -> {
                    if (frame.buffer().getByte(frame.payloadOffset()) == 0) {
                        leases.add(frame.lease());
                        leases.add(frame.lease());
                    }
                },
                ECHO);
        for (int i = 0; i < kept; i++) {
            bench.send(payload(i, 200));
        }
        Await.until("leased", () -> leases.size() == 2 * kept);
        for (int i = 256; i < 256 + COUNT; i++) {
            assertEchoes(i);
        }
        assertNull(bench.receive(NEVER_MS), "leased frames do not leave");
        List<Lease> shuffled = new ArrayList<>(leases);
        shuffled.forEach(lease -> assertHolds(lease.segment()));
        Collections.shuffle(shuffled, new Random(1));
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int first = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = first; i < shuffled.size(); i += threads.length) {
                    shuffled.get(i).close();
                    shuffled.get(i).close();
                }
            });
        }
        boolean[] seen = new boolean[kept];
        for (int i = 0; i < kept; i++) {
            byte[] payload = receive();
            assertArrayEquals(payload(payload[1], 200), payload);
            assertTrue(!seen[payload[1]], "once");
            seen[payload[1]] = true;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        closed(engine);
        shuffled.forEach(lease -> assertThrows(IllegalStateException.class, lease::segment));
    }

    private static void assertHolds(MemorySegment segment) {
        byte[] bytes = segment.toArray(ValueLayout.JAVA_BYTE);
        byte[] payload = Arrays.copyOfRange(bytes, bytes.length - 200, bytes.length);
        assertArrayEquals(payload(payload[1], 200), payload);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldLoseNothingButTheFrameWhenStageThrows(String mode) {
        Engine engine = start(
                mode,
                "throws",
                frame -> {
                    if ((frame.buffer().getByte(frame.payloadOffset() + 1) & 3) == 3) {
                        throw new IllegalStateException("every fourth");
                    }
                },
                ECHO);
        for (int i = 0; i < COUNT; i++) {
            if (i % 4 == 3) {
                bench.send(payload(i, 30));
            } else {
                assertEchoes(i);
            }
        }
        Await.until("thrown", () -> engine.statistics().stages().getFirst().errors() == COUNT / 4);
        EngineStatistics last = closed(engine);
        assertNull(engine.failure());
        assertEquals(COUNT / 4, last.stages().getFirst().errors());
        assertEquals(COUNT / 4, last.ports().getFirst().get(PortCounter.DROPPED_BY_STAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldBringEveryFrameHomeWhenStoppedUnderLoad(String mode) throws Exception {
        for (String pipeline : List.of(ECHO, "[{ stage = count }, { stage = drop }]")) {
            Engine engine = bench.start("mode = " + mode, Map.of(), pipeline);
            try (AutoCloseable flood = bench.flood()) {
                assertNotNull(flood);
                Await.until("receiving", () -> port(engine).get(PortCounter.RX_FRAMES) > 10_000);
                closed(engine);
            }
        }
    }

    /** What a stage keeps against the rules, and with a lease. */
    private static final class Keeper implements Stage {
        private volatile Frame frame;
        private volatile MutableDirectBuffer buffer;
        private volatile MemorySegment memory;
        private volatile MemorySegment segment;
        private volatile Lease lease;
        private volatile MemorySegment leased;

        @Override
        public void onFrame(Frame seen) {
            if (lease == null) {
                frame = seen;
                buffer = seen.buffer();
                memory = seen.memory();
                segment = seen.segment();
                lease = seen.lease();
                leased = lease.segment();
            }
        }

        List<Executable> flyweight() {
            return List.of(
                    frame::length,
                    frame::capacity,
                    frame::segment,
                    frame::address,
                    frame::source,
                    frame::destination,
                    frame::timestampNs,
                    frame::payloadLength,
                    frame::kind,
                    frame::drop,
                    frame::turnRound,
                    frame::lease,
                    () -> frame.forward(0),
                    () -> frame.length(1),
                    () -> buffer.getByte(0),
                    () -> buffer.putByte(0, (byte) 1));
        }

        List<Executable> memory() {
            return List.of(
                    () -> memory.get(ValueLayout.JAVA_BYTE, 0),
                    () -> segment.get(ValueLayout.JAVA_BYTE, 0),
                    () -> leased.get(ValueLayout.JAVA_BYTE, 0),
                    () -> memory.fill((byte) 0),
                    () -> lease.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldThrowWhenAnythingIsTouchedAfterItsTime(String mode) throws Exception {
        Keeper keeper = new Keeper();
        // A lease that stays open keeps a connection's frames from coming home: a stop waits for them in vain.
        Engine engine = start(mode + ", drain-timeout = 500ms", "keeper", keeper, ECHO);
        bench.send(payload(1, 50));
        Await.until("kept", () -> keeper.leased != null);
        assertEchoes(2); // the batch is over
        assertAllThrow(keeper.flyweight());
        assertEquals(0, keeper.buffer.capacity());
        assertEquals(payload(1, 50)[49], keeper.leased.get(ValueLayout.JAVA_BYTE, keeper.leased.byteSize() - 1));
        engine.close();
        Accounts.assertSettled(engine.statistics());
        assertEquals(1, port(engine).frames().leased());
        assertAllThrow(keeper.flyweight());
        assertAllThrow(keeper.memory());
        Await.background(() -> {
                    assertAllThrow(keeper.memory());
                    return null;
                })
                .get(SOON_MS, TimeUnit.MILLISECONDS);
        keeper.lease.close();
    }

    private static void assertAllThrow(List<Executable> accesses) {
        for (int i = 0; i < accesses.size(); i++) {
            int number = i;
            assertThrows(RuntimeException.class, accesses.get(i), () -> "access " + number);
        }
    }
}
