package io.millrace.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.Engine;
import io.millrace.FrameKind;
import io.millrace.HostException;
import io.millrace.MillraceConfig;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames go between a program and an engine that has neither root nor an interface, and each is accounted for. */
@Timeout(60)
class MemoryPortTest {
    private static final long SOON_S = 20;
    private static final int HEADERS = 42;

    private final MemoryWire in = MemoryWire.named("in");
    private final MemoryWire out = MemoryWire.named("out");
    private Engine engine;

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private Engine start(String mode, String ports, String pipeline, Stage... stages) {
        Engine.Builder builder = Engine.builder(MillraceConfig.parse("millrace { engine { mode = " + mode
                + ", drain-timeout = 10s }\n ports { " + ports + " }\n pipeline = [ " + pipeline + " ] }"));
        for (int i = 0; i < stages.length; i++) {
            builder.stage("stage" + i, stages[i]);
        }
        engine = builder.start();
        return engine;
    }

    /** A datagram from 10.0.0.1:9000 to 10.0.0.2:9001, with a number in its payload. */
    private static byte[] frame(int number) {
        byte[] frame = HexFormat.of()
                .parseHex("020000000001" + "020000000002" + "0800" + "4500002000000000401166cb0a0000010a000002"
                        + "23282329" + "000c0000" + "00000000");
        frame[HEADERS] = (byte) (number >> 8);
        frame[HEADERS + 1] = (byte) number;
        return frame;
    }

    private static void send(MemoryWire wire, byte[] frame) {
        await("the engine takes a frame", () -> wire.send(frame));
    }

    private static byte[] receive(MemoryWire wire) {
        byte[] frame = wire.receive(SOON_S, TimeUnit.SECONDS);
        assertNotNull(frame, "a frame came");
        return frame;
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOON_S);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "not: " + what);
            Thread.onSpinWait();
        }
    }

    private PortStatistics port(int id) {
        return engine.statistics().ports().get(id);
    }

    private void assertAccounted() {
        assertNull(engine.failure());
        for (PortStatistics port : engine.statistics().ports()) {
            assertEquals(0, port.unaccounted(), port::toString);
            assertEquals(port.frames().total(), port.frames().free(), port::toString);
            assertEquals(0, port.frames().lost(), port::toString);
        }
    }

    /** More frames than there are in the memory, so that each has to come home; to the port itself, and to another. */
    @ParameterizedTest
    @CsvSource({"inline, in", "inline, out", "pipelined, in", "pipelined, out"})
    void shouldPassFramesOnUnchangedAndAccountForEach(String mode, String to) {
        start(
                mode,
                "in { type = memory, frames = 64, ring-size = 16, batch = 8 }, out { type = memory }",
                "{ stage = forward, to = " + to + " }");
        MemoryWire wire = MemoryWire.named(to);
        for (int i = 0; i < 1_000; i++) {
            send(in, frame(i));
            assertArrayEquals(frame(i), receive(wire));
        }
        engine.close();
        assertAccounted();
        assertEquals(1_000, port(0).get(PortCounter.RX_FRAMES));
        assertEquals(1_000L * frame(0).length, port(0).get(PortCounter.RX_BYTES));
        assertEquals(1_000, port(to.equals("in") ? 0 : 1).get(PortCounter.TX_FRAMES));
        assertEquals(to.equals("in") ? 0 : 1_000, port(1).get(PortCounter.COPIED));
    }

    @Test
    void shouldTellStagesWhatTheHeadersSay() {
        List<Object> seen = new ArrayList<>();
        start("inline", "in { type = memory }", "{ stage = reflect }, { stage = forward, to = in }", frame -> {
            seen.addAll(List.of(
                    frame.kind(),
                    frame.payloadOffset(),
                    frame.payloadLength(),
                    frame.source().toSocketAddress(),
                    frame.destination().toSocketAddress()));
        });
        send(in, frame(7));
        byte[] answer = receive(in);
        engine.close();
        assertEquals(
                List.of(
                        FrameKind.ETHERNET,
                        HEADERS,
                        4,
                        new InetSocketAddress("10.0.0.1", 9000),
                        new InetSocketAddress("10.0.0.2", 9001)),
                seen);
        assertEquals(7, answer[HEADERS + 1]);
        assertArrayEquals(
                HexFormat.of().parseHex("020000000002020000000001"),
                Arrays.copyOf(answer, 12),
                "its addresses are swapped");
    }

    /** An Ethernet frame leaves by a port of datagrams as its payload; that has no headers to go the other way. */
    @Test
    void shouldSendPayloadsWhereFramesAreDatagrams() {
        start(
                "inline",
                "in { type = memory }, out { type = memory, kind = datagram }",
                "",
                frame -> frame.forward(1 - frame.portId()));
        send(in, frame(0x0102));
        assertArrayEquals(new byte[] {1, 2, 0, 0}, receive(out));
        send(out, new byte[] {9});
        await("refused", () -> port(1).get(PortCounter.DROPPED_INVALID) == 1);
        assertNull(in.receive());
    }

    /** What the program does not take stays in the TX ring; when that is full, frames are dropped, and counted. */
    @Test
    void shouldDropWhatTheProgramDoesNotTake() {
        start(
                "inline",
                "in { type = memory }, out { type = memory, ring-size = 8, frames = 32, batch = 8 }",
                "{ stage = forward, to = out }");
        for (int i = 0; i < 20; i++) {
            send(in, frame(i));
        }
        await("all are handled", () -> port(0).get(PortCounter.DROPPED_TX_FULL) == 12);
        assertEquals(8, port(0).get(PortCounter.FORWARDED));
        for (int i = 0; i < 8; i++) {
            assertArrayEquals(frame(i), receive(out));
        }
        assertNull(out.receive());
        send(in, frame(20));
        assertArrayEquals(frame(20), receive(out));
        engine.close();
        assertAccounted();
    }

    /** While a stage takes its time, the ring fills up, and the program is told that there is no room. */
    @Test
    void shouldRefuseWhatTheEngineDoesNotTake() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        start("inline", "in { type = memory, ring-size = 16, frames = 64, batch = 4 }", "", frame -> {
            called.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            handled.incrementAndGet();
        });
        int taken = 0;
        assertTrue(in.send(frame(0)), "the port has room from the start");
        taken++;
        assertTrue(called.await(SOON_S, TimeUnit.SECONDS));
        while (in.send(frame(taken))) {
            taken++;
        }
        assertEquals(16, taken, "as many as the ring has, the one in the stage included");
        go.countDown();
        int all = taken;
        await("all of them are handled", () -> handled.get() == all);
        assertTrue(in.send(frame(taken)), "there is room again");
        engine.close();
        assertEquals(new MemoryStatistics("in", 1), port(0).details(MemoryStatistics.class));
        assertEquals(
                Map.of("memory", Map.of("wire", "in", "refused", 1L)),
                port(0).details().toMap(port(0)));
        assertEquals(taken + 1, port(0).get(PortCounter.CONSUMED));
        assertAccounted();
    }

    @ParameterizedTest
    @CsvSource({"ethernet, 13, 14, 1018, 1019", "datagram, -1, 0, 1000, 1001"})
    void shouldTakeWhatTheMtuAllows(String kind, int tooShort, int shortest, int longest, int tooLong) {
        start(
                "inline",
                "in { type = memory, mtu = 1000, kind = " + kind + " }, out { type = memory, mtu = 900, kind = " + kind
                        + " }",
                "{ stage = forward, to = out }");
        send(in, new byte[shortest]);
        assertEquals(shortest, receive(out).length);
        send(in, new byte[longest]);
        await("it is too long for the other port", () -> port(0).get(PortCounter.DROPPED_INVALID) == 1);
        assertThrows(IllegalArgumentException.class, () -> in.send(new byte[tooLong]));
        if (tooShort >= 0) {
            assertThrows(IllegalArgumentException.class, () -> in.send(new byte[tooShort]));
        }
        assertEquals(2, port(0).get(PortCounter.RX_FRAMES));
    }

    @ParameterizedTest
    @CsvSource({"inline", "pipelined"})
    void shouldKeepWhatWasSentWhenTheEngineIsClosed(String mode) {
        start(mode, "in { type = memory }, out { type = memory }", "{ stage = forward, to = out }");
        for (int i = 0; i < 200; i++) {
            send(in, frame(i));
        }
        engine.close();
        assertAccounted();
        assertEquals(200, port(0).get(PortCounter.FORWARDED), "what was sent before the stop is handled");
        for (int i = 0; i < 200; i++) {
            assertArrayEquals(frame(i), out.receive());
        }
        assertNull(out.receive());
        assertFalse(in.send(frame(0)), "nobody is there");
    }

    @Test
    void shouldBeginEmptyWithEachEngine() {
        start("inline", "in { type = memory }", "{ stage = forward, to = in }");
        send(in, frame(1));
        engine.close();
        start("inline", "in { type = memory }", "{ stage = forward, to = in }");
        assertNull(in.receive());
        send(in, frame(2));
        assertArrayEquals(frame(2), receive(in));
        assertEquals(1, port(0).get(PortCounter.RX_FRAMES));
    }

    @Test
    void shouldBelongToOneEngineAtATime() {
        start("inline", "in { type = memory }", "{ stage = drop }");
        Engine first = engine;
        String ports = "x { type = memory, wire = x }, y { type = memory, wire = in }";
        HostException refused =
                assertThrows(HostException.class, () -> start("inline", ports, "{ stage = forward, to = x }"));
        assertTrue(refused.getMessage().contains("the wire 'in' is a port of another engine's"), refused::getMessage);
        first.close();
        start("inline", ports, "{ stage = forward, to = x }");
        send(in, frame(3));
        assertArrayEquals(frame(3), receive(MemoryWire.named("x")));
    }

    /** What {@code check} prints. */
    @Test
    void shouldBeWrittenWithItsDefaults() {
        String text = MillraceConfig.parse("millrace { ports { p { type = memory } }, pipeline = [] }")
                .render();
        for (String line : List.of(
                "type = memory",
                "wire = own",
                "kind = ethernet",
                "mtu = 1500",
                "frames = 1024",
                "ring-size = 256",
                "batch = 64")) {
            assertTrue(text.contains(line), text);
        }
        assertEquals(text, MillraceConfig.parse(text).render());
    }

    private static String problem(String engine, String ports) {
        return assertThrows(
                        ConfigException.class,
                        () -> MillraceConfig.parse("millrace { pipeline = [ { stage = drop } ], engine { " + engine
                                + " }\n ports { " + ports + " } }"))
                .getMessage();
    }

    @Test
    void shouldBeRefusedWithThePlaceAndTheRemedy() {
        assertEquals(
                "config:2: ports.p.frames is 100, less than twice ring-size, 64; use 128 or more, or a smaller"
                        + " ring-size",
                problem("", "p { type = memory, frames = 100, ring-size = 64 }"));
        assertEquals(
                "config:2: ports.p.batch is 65, more than ring-size has frames, 64; use 64 or less",
                problem("", "p { type = memory, batch = 65, ring-size = 64 }"));
        assertEquals(
                "config:2: ports.b.wire is 'a', which port 'a' has already; name another one",
                problem("", "a { type = memory }, b { type = memory, wire = a }"));
        assertTrue(problem("pollers = per-queue", "p { type = memory }")
                .contains("ports.p is of type memory, and pollers = per-queue would open it once in each poller; set"
                        + " pollers to one"));
        assertTrue(problem("", "p { type = memory, kind = stream }").startsWith("config:2: ports.p.kind is"));
    }
}
