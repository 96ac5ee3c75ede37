package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.afxdp.statistics.TransmitStates;
import io.millrace.cli.report.StatisticsJson;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.RawSocket;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.UdpFlyweight;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What stages ask for frames on their way out, on veth, whose driver does none of it: times of sending, and checksums.
 */
@Alone
@RootOnly
@Timeout(60)
class TransmitMetadataTest {
    private static final int ECHOES = 200;
    private static final int LONGEST = 1_400;
    private static final int MTU = 9_000;
    private static final int UDP = 34;
    private static final long PATIENCE_MS = 10_000;
    private static final String BOTH = "tx-metadata = [timestamp, checksum]";
    private static final String FORWARD = "{ stage = forward, to = p }";
    /** Huge pages for engines of other processes. */
    private static final int OTHERS = 16;

    private static Rig rig;

    private final TransmitStamps stamps = new TransmitStamps();

    /** The ends leave checksums to each other: a frame that the kernel has not finished would arrive so. */
    @BeforeAll
    static void open() {
        rig = Rig.of(VethPair.Builder::transmitOffload);
    }

    @AfterEach
    void endTest() {
        rig.endTest();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private Engine start(Rig where, String engine, String port, String pipeline, Stage stage) {
        Engine.Builder builder = Engine.builder(EngineConfig.parse(Rig.config(engine, port, pipeline)))
                .stage("ask", stage);
        if (port.contains("timestamp")) {
            builder.onTransmitted("p", stamps);
        }
        return where.add(where.right().namespace().call(builder::start));
    }

    private Engine start(String engine, String port, Stage stage) {
        return start(rig, engine, port, FORWARD, stage);
    }

    private static UdpClient client(Rig where) {
        return where.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(where.right().ipv4Address(), Rig.UDP_PORT)));
    }

    private static byte[] plusOne(byte[] payload) {
        byte[] expected = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            expected[i] = (byte) (payload[i] + 1);
        }
        return expected;
    }

    private static byte[] payload(Random random, int longest) {
        byte[] payload = new byte[1 + random.nextInt(longest)];
        random.nextBytes(payload);
        return payload;
    }

    /** Exchanges datagrams; looks at each answer as it is on the wire, before the kernel's stack has it. */
    private static void exchange(Rig where) {
        Random random = new Random(5);
        EthernetFlyweight ethernet = new EthernetFlyweight();
        Ipv4Flyweight ip = new Ipv4Flyweight();
        UdpFlyweight udp = new UdpFlyweight();
        int valid = 0;
        try (RawSocket wire = where.left().rawSocket();
                UdpClient client = client(where)) {
            for (int i = 0; i < ECHOES; i++) {
                byte[] payload = payload(random, LONGEST);
                client.send(payload);
                assertArrayEquals(plusOne(payload), client.receive(PATIENCE_MS), "answer " + i);
                for (byte[] frame = wire.receive(0); frame != null; frame = wire.receive(0)) {
                    UnsafeBuffer bytes = new UnsafeBuffer(frame);
                    if (ethernet.wrap(bytes, 0, frame.length)
                            && ip.wrap(bytes, 14, frame.length - 14)
                            && udp.wrap(bytes, UDP, ip.payloadLength())
                            && udp.sourcePort() == Rig.UDP_PORT) {
                        assertTrue(udp.checksum() != 0 && udp.isChecksumValid(ip.pseudoHeaderSum()), udp::toString);
                        valid++;
                    }
                }
            }
        }
        assertTrue(valid >= ECHOES - 1, "answers seen: " + valid);
    }

    @ParameterizedTest
    @CsvSource({
        "inline, native, 0",
        "pipelined, native, 0",
        "inline, skb, 0",
        "pipelined, skb, 0",
        "inline, native, 3",
        "pipelined, skb, 1"
    })
    void shouldFinishChecksumsAndTellTimes(String mode, String attach, int odd) {
        Engine engine = start("mode = " + mode, BOTH + ", attach = " + attach, new ChecksumAnswer(odd));
        long fromNs = TransmitStamps.nowNs();
        exchange(rig);
        long toNs = TransmitStamps.nowNs();
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics port = Rig.port(engine);
        assertEquals(attach, AfXdpStatistics.of(port).attach());
        assertEquals(ECHOES, port.get(PortCounter.TX_STAMPED));
        assertEquals(0, port.get(PortCounter.TX_UNSTAMPED));
        assertEquals(ECHOES, port.get(PortCounter.TX_CHECKSUMS_COMPUTED));
        assertEquals(0, port.kernel().txInvalidDescs());
        stamps.assertComplete(ECHOES, fromNs, toNs);
    }

    @Test
    void shouldSayInTheJsonWhoDoesIt() {
        Engine engine = start("", BOTH, new ChecksumAnswer(0));
        exchange(rig);
        engine.close();
        assertEquals(
                new TransmitStates("software", "software", "off"),
                AfXdpStatistics.of(Rig.port(engine)).transmit());
        Map<?, ?> ports = (Map<?, ?>) StatisticsJson.toMap(engine.statistics()).get("ports");
        Map<?, ?> told = (Map<?, ?>) ((Map<?, ?>) ports.get("p")).get("tx_metadata");
        assertEquals(List.of("timestamp", "checksum"), told.get("asked"));
        assertEquals("software", told.get("timestamp"));
        assertEquals("software", told.get("checksum"));
        assertEquals("off", told.get("launch_time"));
        assertEquals((long) ECHOES, told.get("stamped"));
        assertEquals((long) ECHOES, told.get("checksums_computed"));
        assertEquals(0L, told.get("checksums_offloaded"));
        assertEquals(0L, told.get("listener_errors"));
    }

    /** Full rings, frames that find no room, and others that are not asked for among them. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldTellTheTimeOfEachFrameOnceUnderLoad(String mode) {
        long[] seen = {0, 0};
        Engine engine = start("mode = " + mode, BOTH, frame -> {
            if (seen[0]++ % 3 != 0) {
                frame.stampTransmit(seen[1]++);
            }
        });
        long fromNs = TransmitStamps.nowNs();
        rig.traffic().send(TrafficPlan.frames(300_000));
        Await.until(
                "all are through",
                () -> Rig.port(engine).get(PortCounter.FORWARDED)
                                        + Rig.port(engine).get(PortCounter.DROPPED_TX_FULL)
                                == Rig.port(engine).get(PortCounter.RX_FRAMES)
                        && Rig.port(engine).get(PortCounter.RX_FRAMES) > 10_000);
        engine.close();
        long toNs = TransmitStamps.nowNs();
        PortStatistics port = Rig.port(engine);
        Accounts.assertHome(engine.statistics());
        assertEquals(0, port.kernel().txInvalidDescs());
        assertEquals(0, port.get(PortCounter.TX_UNSTAMPED));
        assertEquals(stamps.count(), port.get(PortCounter.TX_STAMPED));
        int told = 0;
        for (int i = 0; i < seen[1]; i++) {
            assertTrue(stamps.count(i) <= 1);
            told += stamps.count(i);
            assertTrue(stamps.count(i) == 0 || stamps.timeNs(i) >= fromNs && stamps.timeNs(i) <= toNs);
        }
        assertEquals(stamps.count(), told);
        long forwarded = port.get(PortCounter.FORWARDED);
        assertTrue(
                Math.abs(told - forwarded * 2 / 3) <= port.get(PortCounter.DROPPED_TX_FULL) + 1,
                () -> stamps.count() + " of " + port);
        if (port.get(PortCounter.DROPPED_TX_FULL) == 0) {
            stamps.assertComplete((int) seen[1], fromNs, toNs);
        }
    }

    @Test
    void shouldAskInFrontOfUnalignedFrames() {
        try (ReservedHugePages pages = ReservedHugePages.more(4_096 / (2_097_152 / 3_001) + 1 + OTHERS)) {
            assertTrue(pages != null);
            Engine engine = start(
                    "",
                    BOTH + ", chunks = unaligned, huge-pages = on, frames = 4096, frame-size = 3001,"
                            + " rings { fill = 2048 }",
                    new ChecksumAnswer(0));
            long fromNs = TransmitStamps.nowNs();
            exchange(rig);
            long toNs = TransmitStamps.nowNs();
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(0, Rig.port(engine).kernel().txInvalidDescs());
            stamps.assertComplete(ECHOES, fromNs, toNs);
        }
    }

    /** Each poller has a UMEM and stages of its own, and tells the one listener. */
    @Test
    void shouldTellTimesOfAllPollers() {
        try (Rig wide = Rig.of(pair -> pair.queues(4).transmitOffload())) {
            AtomicLong next = new AtomicLong();
            EngineConfig config =
                    EngineConfig.parse(Rig.config("pollers = per-queue", BOTH + ", queues = all", FORWARD));
            Engine engine = wide.add(wide.right()
                    .namespace()
                    .call(() -> Engine.builder(config)
                            .stagePerPoller("ask", () -> new ChecksumAnswer(0, next))
                            .onTransmitted("p", stamps)
                            .start()));
            long fromNs = TransmitStamps.nowNs();
            for (int flow = 0; flow < 32; flow++) {
                try (UdpClient client = client(wide)) {
                    client.send(new byte[] {(byte) flow});
                    assertArrayEquals(new byte[] {(byte) (flow + 1)}, client.receive(PATIENCE_MS));
                }
            }
            long toNs = TransmitStamps.nowNs();
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(32, Rig.port(engine).get(PortCounter.TX_STAMPED));
            stamps.assertComplete(32, fromNs, toNs);
            assertTrue(stamps.threads().size() > 1, stamps.threads()::toString);
        }
    }

    /** What the XDP program wrote in front of a received frame is read before what is asked is written there. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldReadWhatTheDriverKnewBeforeItAsks(String mode) {
        int[] known = new int[1];
        ChecksumAnswer answer = new ChecksumAnswer(0);
        Engine engine = start("mode = " + mode, BOTH + ", metadata = [hash]", frame -> {
            known[0] += frame.hasRssHash() && frame.rssHash() != 0 ? 1 : 0;
            answer.onFrame(frame);
        });
        long fromNs = TransmitStamps.nowNs();
        exchange(rig);
        long toNs = TransmitStamps.nowNs();
        engine.close();
        assertEquals(ECHOES, known[0]);
        stamps.assertComplete(ECHOES, fromNs, toNs);
    }

    /** The kernel's stack at the other end takes no datagram whose checksum is wrong. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "skb"})
    void shouldFinishChecksumsOverSeveralSegments(String attach) {
        try (Rig jumbo = Rig.of(pair -> pair.mtu(MTU).withoutIpv6().transmitOffload())) {
            ChecksumAnswer answer = new ChecksumAnswer(0);
            Engine engine = start(jumbo, "", BOTH + ", multi-buffer = on, attach = " + attach, FORWARD, answer);
            Random random = new Random(9);
            long fromNs = TransmitStamps.nowNs();
            int segmented = 0;
            try (UdpClient client = client(jumbo)) {
                for (int i = 0; i < ECHOES; i++) {
                    byte[] payload = payload(random, 8_900);
                    client.send(payload);
                    byte[] back = client.receive(PATIENCE_MS);
                    byte[] expected = plusOne(payload);
                    int changed = answer.changed();
                    System.arraycopy(payload, changed, expected, changed, payload.length - changed);
                    assertArrayEquals(expected, back, "answer " + i);
                    segmented += payload.length > 2_000 ? 1 : 0;
                }
            }
            long toNs = TransmitStamps.nowNs();
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics port = Rig.port(engine);
            assertTrue(port.get(PortCounter.TX_MULTI_BUFFER) >= segmented && segmented > 50, port::toString);
            assertEquals(ECHOES, port.get(PortCounter.TX_CHECKSUMS_COMPUTED));
            assertEquals(0, port.kernel().txInvalidDescs());
            stamps.assertComplete(ECHOES, fromNs, toNs);
        }
    }

    @Test
    void shouldNotLetAListenerHearOfWhatTellsNothing() {
        Engine.Builder builder = Engine.builder(EngineConfig.parse(Rig.config("", "tx-metadata = [checksum]", FORWARD)))
                .onTransmitted("p", stamps);
        assertThrows(IllegalArgumentException.class, () -> builder.onTransmitted("p", stamps));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> rig.right().namespace().call(builder::start));
        assertTrue(refused.getMessage().contains("tx-metadata = [timestamp]"), refused::getMessage);
        IllegalArgumentException unknown = assertThrows(
                IllegalArgumentException.class,
                () -> Engine.builder(EngineConfig.parse(Rig.config("", BOTH, FORWARD)))
                        .onTransmitted("q", stamps)
                        .start());
        assertTrue(unknown.getMessage().contains("no port q"), unknown::getMessage);
    }

    @Test
    void shouldReportWhatTheListenerThrowsAndGoOn() {
        Engine engine = rig.add(rig.right()
                .namespace()
                .call(() -> Engine.builder(EngineConfig.parse(Rig.config("", BOTH, FORWARD)))
                        .stage("ask", new ChecksumAnswer(0))
                        .onTransmitted("p", (cookie, timeNs) -> {
                            throw new IllegalStateException("not today");
                        })
                        .start()));
        try (LogCapture log = new LogCapture()) {
            exchange(rig);
            engine.close();
            assertTrue(!log.lines("the listener of port p threw").isEmpty(), log::text);
        }
        Accounts.assertHome(engine.statistics());
        assertEquals(ECHOES, Rig.port(engine).get(PortCounter.TX_LISTENER_ERRORS));
        assertNull(engine.failure());
    }

    @Test
    void shouldStopForAListenerThatThrowsIfItIsToldSo() throws Exception {
        IllegalStateException cause = new IllegalStateException("not today");
        Engine engine = rig.add(rig.right()
                .namespace()
                .call(() -> Engine.builder(EngineConfig.parse(Rig.config("on-error = stop", BOTH, FORWARD)))
                        .stage("ask", new ChecksumAnswer(0))
                        .onTransmitted("p", (cookie, timeNs) -> {
                            throw cause;
                        })
                        .start()));
        try (UdpClient client = client(rig)) {
            client.send(new byte[10]);
            assertTrue(engine.awaitStop(20, TimeUnit.SECONDS));
        }
        assertSame(cause, engine.failure().getCause());
        Accounts.assertHome(engine.statistics());
    }

    /** What a frame of two ports in one engine asks when it leaves by the one that does nothing of the kind. */
    @ParameterizedTest
    @CsvSource({"own, a", "a, a", "own, b", "a, b"})
    void shouldSendByPortsThatDoAndPortsThatDoNot(String umem, String able) {
        try (VethPair second = VethPair.between(
                        rig.left().namespace(), rig.right().namespace())
                .names("left1", "right1")
                .withoutIpv6()
                .transmitOffload()
                .create()) {
            String rule = "accept = [\"udp dst port " + Rig.UDP_PORT + "\"], ";
            String a = able.equals("a") ? BOTH : "";
            String b = able.equals("b") ? BOTH : "";
            EngineConfig config = EngineConfig.parse("millrace { ports {\n a { type = af-xdp, interface = right0, "
                    + rule + a + " }\n b { type = af-xdp, interface = right1, " + rule + "umem = " + umem + ", " + b
                    + " } }\n"
                    + " pipeline = [{ stage = forward, to = b }] }");
            Engine engine = rig.add(rig.right()
                    .namespace()
                    .call(() -> Engine.builder(config)
                            .stage("ask", new ChecksumAnswer(0))
                            .onTransmitted(able, stamps)
                            .start()));
            long fromNs = TransmitStamps.nowNs();
            try (RawSocket wire = second.left().rawSocket();
                    UdpClient client = client(rig)) {
                Random random = new Random(5);
                for (int i = 0; i < ECHOES; i++) {
                    byte[] payload = payload(random, LONGEST);
                    client.send(payload);
                    assertAnswer(plusOne(payload), wire);
                }
            }
            long toNs = TransmitStamps.nowNs();
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics out = engine.statistics().ports().get(1);
            assertEquals(ECHOES, out.get(PortCounter.TX_CHECKSUMS_COMPUTED));
            assertEquals(able.equals("b") ? 0 : ECHOES, out.get(PortCounter.TX_UNSTAMPED));
            assertEquals(0, out.kernel().txInvalidDescs());
            stamps.assertComplete(able.equals("b") ? ECHOES : 0, fromNs, toNs);
        }
    }

    private static void assertAnswer(byte[] expected, RawSocket wire) {
        Ipv4Flyweight ip = new Ipv4Flyweight();
        UdpFlyweight udp = new UdpFlyweight();
        byte[][] seen = new byte[1][];
        Await.until(
                "the frame is there",
                () -> (seen[0] = wire.receive(0)) != null && seen[0][12] == 8 && seen[0][23] == 17);
        UnsafeBuffer bytes = new UnsafeBuffer(seen[0]);
        assertTrue(ip.wrap(bytes, 14, seen[0].length - 14) && udp.wrap(bytes, UDP, ip.payloadLength()));
        assertTrue(udp.checksum() != 0 && udp.isChecksumValid(ip.pseudoHeaderSum()), udp::toString);
        byte[] payload = new byte[udp.payloadLength()];
        bytes.getBytes(udp.payloadOffset(), payload);
        assertArrayEquals(expected, payload);
    }
}
