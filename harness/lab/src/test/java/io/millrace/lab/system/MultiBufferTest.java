package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.FrameSegments;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.stage.ReflectStage;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import io.millrace.wire.Ipv4Flyweight;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of 9,000 bytes, each in several segments: the peer is the kernel's own UDP. */
@Alone
@RootOnly
@Timeout(120)
class MultiBufferTest {
    private static final int MTU = 9_000;
    private static final int LONGEST = 8_900;
    private static final int COUNT = 3_000;
    private static final int WINDOW = 64;
    private static final int HEADERS = 14 + 20 + 8;
    private static final int HEADROOM = 256;
    /** What a chunk of 2,048 bytes holds of a packet. */
    private static final int SEGMENT = 2048 - HEADROOM;

    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final String ON = "multi-buffer = on";
    /** In the place of {@code attach}. */
    private static final String NATIVE_BUSY_POLL = "native, busy-poll { mode = on }";

    private static final String SKB_BUSY_POLL = "skb, busy-poll { mode = on }";

    private static Rig jumbo() {
        return Rig.of(pair -> pair.mtu(MTU).withoutIpv6());
    }

    private static UdpClient client(Rig rig) {
        return rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)));
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private static byte[] whole(Frame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameSegments segments = frame.segments();
        while (segments.next()) {
            bytes.writeBytes(segments.segment().toArray(ValueLayout.JAVA_BYTE));
        }
        assertEquals(frame.totalLength(), bytes.size());
        return bytes.toByteArray();
    }

    private static PortStatistics assertHome(Engine engine) {
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics port = Rig.port(engine);
        assertEquals(0, port.kernel().txInvalidDescs(), port::toString);
        return port;
    }

    /** Lengths from 0 up, by number and content, there and back once each. */
    @ParameterizedTest
    @CsvSource({
        "inline, native, 2048, 64",
        "pipelined, native, 2048, 64",
        "inline, skb, 2048, 64",
        "pipelined, skb, 2048, 64",
        "inline, native, 4096, 64",
        "pipelined, native, 2048, 3",
        "inline, skb, 2048, 1",
        "inline, '" + NATIVE_BUSY_POLL + "', 2048, 64",
        "inline, '" + SKB_BUSY_POLL + "', 2048, 64"
    })
    void shouldEchoPacketsOfEveryLength(String mode, String attach, int frameSize, int batch) {
        try (Rig rig = jumbo();
                UdpClient client = client(rig)) {
            Engine engine = rig.start(Rig.config(
                    "mode = " + mode,
                    ON + ", attach = " + attach + ", frame-size = " + frameSize + ", batch = " + batch,
                    ECHO));
            assertEquals(
                    attach.split(",")[0], AfXdpStatistics.of(Rig.port(engine)).attach());
            echoEveryLength(engine, client, frameSize + batch);
        }
    }

    private static void echoEveryLength(Engine engine, UdpClient client, int seed) {
        new EchoWindow(client, LONGEST, WINDOW, seed).run(COUNT);
        PortStatistics port = assertHome(engine);
        assertEquals(COUNT, port.get(PortCounter.RX_FRAMES), port::toString);
        assertEquals(COUNT, port.get(PortCounter.TX_FRAMES), port::toString);
        assertEquals(port.get(PortCounter.RX_BYTES), port.get(PortCounter.TX_BYTES));
        assertTrue(port.get(PortCounter.RX_MULTI_BUFFER) > COUNT / 2, port::toString);
        assertEquals(port.get(PortCounter.RX_MULTI_BUFFER), port.get(PortCounter.TX_MULTI_BUFFER));
        assertEquals(COUNT, AfXdpStatistics.of(port).matched());
    }

    /** Chunks of any size, wherever they fit: a segment's frame is found by division, and its address has an offset. */
    @ParameterizedTest
    @CsvSource({
        "native, 3000",
        "skb, 3000",
        "native, 2048",
        "'" + NATIVE_BUSY_POLL + "', 3000",
        "'" + SKB_BUSY_POLL + "', 3000"
    })
    void shouldEchoPacketsOfEveryLengthFromUnalignedChunks(String attach, int frameSize) {
        try (ReservedHugePages pages = ReservedHugePages.more(hugePages(frameSize));
                Rig rig = jumbo();
                UdpClient client = client(rig)) {
            assertTrue(pages != null);
            Engine engine = rig.start(Rig.config("", unaligned(frameSize) + ", attach = " + attach, ECHO));
            echoEveryLength(engine, client, frameSize);
        }
    }

    private static int hugePages(int frameSize) {
        return 8_192 / (2_097_152 / frameSize) + 1 + 16; // some for engines of other processes
    }

    private static String unaligned(int frameSize) {
        return ON + ", chunks = unaligned, huge-pages = on, frame-size = " + frameSize;
    }

    /** The sender leaves its checksums to a network card that is not there; the client's kernel checks the answers. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "skb"})
    void shouldFinishChecksumsThatTheSenderLeft(String attach) {
        try (Rig rig = Rig.of(pair -> pair.mtu(MTU).withoutIpv6().transmitOffload());
                UdpClient client = client(rig)) {
            Engine engine = rig.start(Rig.config("", ON + ", attach = " + attach, ECHO));
            new EchoWindow(client, LONGEST, WINDOW, 5).run(COUNT / 3);
            assertEquals(COUNT / 3, assertHome(engine).get(PortCounter.FORWARDED));
        }
    }

    /** As many segments as the kernel sends of a packet, then one more, then a packet in one. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "skb", NATIVE_BUSY_POLL, SKB_BUSY_POLL})
    void shouldSendAsManySegmentsAsTheKernelTakesAndRefuseMore(String attach) {
        int most = 18 * SEGMENT - HEADERS;
        try (Rig rig = Rig.of(pair -> pair.mtu(65_535).withoutIpv6());
                UdpClient client = client(rig)) {
            Engine engine = rig.start(Rig.config("", ON + ", attach = " + attach, ECHO));
            assertArrayEquals(payload(most), client.ask(payload(most)));
            for (int more : new int[] {1, 1_000, 20_000}) {
                client.send(payload(most + more));
            }
            assertArrayEquals(payload(100), client.ask(payload(100)));
            assertArrayEquals(payload(most - 1), client.ask(payload(most - 1)));
            PortStatistics port = assertHome(engine);
            assertEquals(3, port.get(PortCounter.DROPPED_INVALID), port::toString);
            assertEquals(3, port.get(PortCounter.FORWARDED), port::toString);
            assertEquals(5, port.get(PortCounter.RX_MULTI_BUFFER), port::toString);
        }
    }

    /** A packet whose first segment no frame can have: the kernel sees none of it, and the next one is fine. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "skb", NATIVE_BUSY_POLL, SKB_BUSY_POLL})
    void shouldRefusePacketWithBadSegmentAsWhole(String attach) {
        refuseBadSegments(ON + ", attach = " + attach);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "skb", NATIVE_BUSY_POLL, SKB_BUSY_POLL})
    void shouldRefusePacketWithBadSegmentInUnalignedChunksAsWhole(String attach) {
        try (ReservedHugePages pages = ReservedHugePages.more(hugePages(3_000))) {
            assertTrue(pages != null);
            refuseBadSegments(unaligned(3_000) + ", attach = " + attach);
        }
    }

    private static void refuseBadSegments(String options) {
        try (Rig rig = jumbo();
                UdpClient client = client(rig)) {
            ReflectStage reflect = new ReflectStage();
            String config = Rig.config("", options, "{ stage = forward, to = p }");
            Engine engine = rig.start(config, "cut", frame -> {
                reflect.onFrame(frame);
                frame.length(frame.payloadLength() == 5_000 ? 13 : frame.length());
            });
            for (int i = 0; i < 20; i++) {
                client.send(payload(5_000));
                assertArrayEquals(payload(6_000 + i), client.ask(payload(6_000 + i)));
            }
            PortStatistics port = assertHome(engine);
            assertEquals(20, port.get(PortCounter.FORWARDED), port::toString);
            assertEquals(20, port.get(PortCounter.DROPPED_INVALID), port::toString);
        }
    }

    /**
     * A stage cuts off the end of packets of five segments: in the first, at the ends of segments, one byte more or
     * less. The client's kernel takes only what is as long as its headers say, and there are too few chunks to lose one
     * a packet.
     */
    @ParameterizedTest
    @CsvSource({
        "inline, native",
        "pipelined, native",
        "inline, skb",
        "pipelined, skb",
        "inline, '" + NATIVE_BUSY_POLL + "'",
        "inline, '" + SKB_BUSY_POLL + "'"
    })
    void shouldSendWhatStageLeavesOfPacket(String mode, String attach) {
        int first = SEGMENT - HEADERS;
        int[] lengths = {
            4,
            18,
            first - 1,
            first,
            first + 1,
            first + SEGMENT - 1,
            first + SEGMENT,
            first + SEGMENT + 1,
            first + 3 * SEGMENT,
            first + 3 * SEGMENT + 1,
            LONGEST - 1,
            LONGEST
        };
        int rounds = 20;
        try (Rig rig = jumbo();
                UdpClient client = client(rig)) {
            Shortening shortening = new Shortening();
            Engine engine = rig.start(
                    Rig.config(
                            "mode = " + mode,
                            ON + ", attach = " + attach + ", frames = 256, rings { fill = 128 }",
                            "{ stage = forward, to = p }"),
                    "shorten",
                    shortening);
            for (int i = 0; i < rounds * lengths.length; i++) {
                int length = lengths[i % lengths.length];
                byte[] payload = payload(LONGEST);
                ByteBuffer.wrap(payload).putInt(length);
                assertArrayEquals(Arrays.copyOf(payload, length), client.ask(payload), "cut to " + length);
                assertEquals((HEADERS + length + SEGMENT - 1) / SEGMENT, shortening.segments, "cut to " + length);
            }
            PortStatistics port = assertHome(engine);
            assertEquals(rounds * lengths.length, port.get(PortCounter.RX_MULTI_BUFFER), port::toString);
            assertEquals(
                    rounds
                            * Arrays.stream(lengths)
                                    .filter(length -> length > first)
                                    .count(),
                    port.get(PortCounter.TX_MULTI_BUFFER),
                    port::toString);
            assertEquals(
                    rounds
                            * Arrays.stream(lengths)
                                    .mapToLong(length -> HEADERS + length)
                                    .sum(),
                    port.get(PortCounter.TX_BYTES),
                    port::toString);
        }
    }

    /** Turns a packet round and makes it as short as its payload says, headers included. */
    private static final class Shortening implements Stage {
        private static final int IP = 14;
        private static final int IP_LENGTH = IP + 2;
        private static final int UDP_LENGTH = IP + 20 + 4;
        private static final int UDP_CHECKSUM = UDP_LENGTH + 2;

        private final ReflectStage reflect = new ReflectStage();
        private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
        private volatile int segments;

        @Override
        public void onFrame(Frame frame) {
            reflect.onFrame(frame);
            MutableDirectBuffer headers = frame.buffer();
            int total = HEADERS + headers.getInt(HEADERS, ByteOrder.BIG_ENDIAN);
            headers.putShort(IP_LENGTH, (short) (total - IP), ByteOrder.BIG_ENDIAN);
            headers.putShort(UDP_LENGTH, (short) (total - IP - 20), ByteOrder.BIG_ENDIAN);
            headers.putShort(UDP_CHECKSUM, (short) 0);
            assertTrue(ipv4.wrap(headers, IP, total - IP));
            ipv4.updateChecksum();
            frame.totalLength(total);
            assertEquals(total, frame.totalLength());
            segments = frame.segmentCount();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined"})
    void shouldAccountForEverySegmentWhenStoppedUnderLoad(String engineConfig) {
        try (Rig rig = jumbo()) {
            for (String pipeline : new String[] {ECHO, "{ stage = drop }"}) {
                Engine engine = rig.start(Rig.config(engineConfig, ON + ", frames = 4096", pipeline));
                rig.add(Flood.of(client(rig), LONGEST));
                Await.until("receiving", () -> Rig.port(engine).get(PortCounter.RX_MULTI_BUFFER) > 5_000);
                engine.close();
                Accounts.assertHome(engine.statistics());
                rig.endTest();
            }
        }
    }

    /** left0 -> in0 (port a) -> out0 (port b) -> far0, where a second engine looks at what arrives. */
    @ParameterizedTest
    @CsvSource({"inline, 2048", "pipelined, 4096"})
    void shouldForwardFromOnePortToAnother(String mode, int frameSize) throws Exception {
        try (Namespace left = Namespace.create("left");
                Namespace middle = Namespace.create("middle");
                Namespace right = Namespace.create("right");
                VethPair in = VethPair.between(left, middle)
                        .names("left0", "in0")
                        .mtu(MTU)
                        .create();
                VethPair out = VethPair.between(middle, right)
                        .names("out0", "far0")
                        .mtu(MTU)
                        .create();
                UdpClient client = left.call(
                        () -> UdpClient.to(new InetSocketAddress(in.right().ipv4Address(), Rig.UDP_PORT)))) {
            BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
            String forwarder = "millrace { engine { mode = " + mode + " }, ports { " + port("a", "in0", 2048)
                    + port("b", "out0", frameSize) + " }, pipeline = [{ stage = forward, to = b }] }";
            String observer = "millrace { ports { " + port("far", "far0", 2048) + " }, pipeline = [{ stage = drop }] }";
            Engine far = Rig.startOne(right, observer, Map.of("arrived", frame -> arrived.add(whole(frame))));
            Engine two = Rig.startOne(middle, forwarder, Map.of());
            try {
                for (int length = 18; length <= LONGEST; length += 111) {
                    client.send(payload(length));
                    byte[] frame = arrived.poll(10, TimeUnit.SECONDS);
                    assertTrue(frame != null, "a frame of " + length);
                    assertArrayEquals(payload(length), Arrays.copyOfRange(frame, HEADERS, frame.length));
                }
            } finally {
                two.close();
                far.close();
            }
            assertForwarded(two.statistics(), far.statistics());
            assertFalse(in.right().hasXdpProgram()
                    || out.left().hasXdpProgram()
                    || out.right().hasXdpProgram());
        }
    }

    private static String port(String name, String interfaceName, int frameSize) {
        return name + " { type = af-xdp, interface = " + interfaceName + ", accept = [\"udp dst port " + Rig.UDP_PORT
                + "\"], " + ON + ", frame-size = " + frameSize + " }\n";
    }

    private static void assertForwarded(EngineStatistics two, EngineStatistics far) {
        Accounts.assertHome(two);
        Accounts.assertHome(far);
        PortStatistics a = two.ports().get(0);
        PortStatistics b = two.ports().get(1);
        assertEquals(a.get(PortCounter.RX_FRAMES), a.get(PortCounter.FORWARDED), a::toString);
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.COPIED));
        assertEquals(a.get(PortCounter.RX_BYTES), b.get(PortCounter.TX_BYTES));
        assertEquals(
                b.get(PortCounter.TX_FRAMES),
                AfXdpStatistics.of(far.ports().getFirst()).matched());
        assertEquals(0, b.kernel().txInvalidDescs());
    }

    /** A datagram longer than a frame of the XDP port, sent on by a socket. */
    @Test
    void shouldForwardToSocketInOnePiece() {
        try (Rig rig = jumbo();
                UdpClient client = client(rig);
                UdpClient receiver = rig.right()
                        .namespace()
                        .call(() -> UdpClient.at(rig.right().ipv4Address()))) {
            int port = receiver.localAddress().getPort();
            Engine engine = rig.start("millrace { ports { " + port("p", "right0", 2048)
                    + " out { type = udp, bind = \"10.99.0.2:0\", remote = \"10.99.0.2:" + port
                    + "\", frame-size = 16KiB } }, pipeline = [{ stage = forward, to = out }] }");
            for (int length : new int[] {1, 1_750, 1_751, 5_000, LONGEST}) {
                client.send(payload(length));
                assertArrayEquals(payload(length), receiver.receive());
            }
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(
                    List.of(0L, 5L),
                    engine.statistics().ports().stream()
                            .map(each -> each.get(PortCounter.FORWARDED))
                            .sorted()
                            .toList());
        }
    }

    @Test
    void shouldSayWhatToSetWhenPacketsAreTooLongForOneBuffer() {
        try (Rig rig = jumbo()) {
            RuntimeException refused =
                    assertThrows(RuntimeException.class, () -> rig.start(Rig.config("", "attach = native", ECHO)));
            assertTrue(refused.getMessage().contains("multi-buffer = on"), refused::getMessage);
            assertTrue(refused.getMessage().contains("MTU"), refused::getMessage);
        }
    }

    /**
     * By the engine's own log, which no thread of it waits for: a port is also attached anew when its interface is
     * back.
     */
    @Test
    void shouldTellByTheEnginesLogWhyItStepsDownWithoutIt() {
        try (LogCapture log = new LogCapture();
                Rig rig = jumbo()) {
            Engine engine = rig.start(Rig.config("", "", "{ stage = drop }"));
            assertEquals(
                    "skb",
                    AfXdpStatistics.of(engine.statistics().ports().getFirst()).attach());
            assertEquals(
                    1,
                    log.lines("ProgramAttacher - right0: attached in generic (skb) mode, which is slower; native"
                                    + " mode: ")
                            .size(),
                    log::text);
        }
    }
}
