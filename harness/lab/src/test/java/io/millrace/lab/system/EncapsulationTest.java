package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.net.RawSocket;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import io.millrace.wire.InternetChecksum;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages put headers in front of frames and take them off without moving the rest; the kernel's stack is the judge. */
@RootOnly
@Timeout(60)
class EncapsulationTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final int FRAMES = 200;
    private static final int HEADERS = 42;
    private static final int TUNNEL_PORT = 4_789;
    private static final int EXPERIMENTAL = 0x88b5;
    private static final int MAC = 6;
    private static final int ETHERNET = 14;
    private static final int IPV4 = 20;
    private static final int LONGEST = 1_300;
    private static final long PATIENCE_MS = 10_000;
    private static final String FORWARD = "{ stage = forward, to = p }";

    /** Sends the whole frame back as the payload of a datagram, behind some bytes of a tunnel's own. */
    private static final class Tunnel implements Stage {
        private final int own;

        Tunnel(int own) {
            this.own = own;
        }

        @Override
        public void onFrame(Frame frame) {
            int inner = frame.length();
            byte[] back = new byte[2 * MAC];
            frame.buffer().getBytes(0, back);
            frame.prepend(HEADERS + own);
            MutableDirectBuffer bytes = frame.buffer();
            bytes.putBytes(0, back, MAC, MAC);
            bytes.putBytes(MAC, back, 0, MAC);
            int datagram = 8 + own + inner;
            ByteBuffer headers = ByteBuffer.allocate(HEADERS - 2 * MAC + own)
                    .order(ByteOrder.BIG_ENDIAN)
                    .putShort((short) 0x0800)
                    .putShort((short) 0x4500)
                    .putShort((short) (IPV4 + datagram))
                    .putInt(0)
                    .put((byte) 64)
                    .put((byte) 17)
                    .putShort((short) 0)
                    .put(rig.right().ipv4Address().getAddress())
                    .put(rig.left().ipv4Address().getAddress())
                    .putShort((short) Rig.UDP_PORT)
                    .putShort((short) TUNNEL_PORT)
                    .putShort((short) datagram)
                    .putShort((short) 0);
            while (headers.hasRemaining()) {
                headers.put((byte) 0x5a);
            }
            bytes.putBytes(2 * MAC, headers.array());
            bytes.putShort(
                    ETHERNET + 10, (short) InternetChecksum.compute(bytes, ETHERNET, IPV4), ByteOrder.BIG_ENDIAN);
        }
    }

    private static byte[] payload(Random random) {
        byte[] payload = new byte[random.nextInt(LONGEST)];
        random.nextBytes(payload);
        return payload;
    }

    private static UdpClient client() {
        return rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, native", "8, 0, native", "0, 64, skb", "8, 128, native", "8, 0, skb"})
    void shouldSendWholeFramesInsideOfDatagrams(int own, int headroom, String attach) {
        Engine engine = rig.start(
                Rig.config("", "attach = " + attach + ", headroom = " + headroom, FORWARD), "tunnel", new Tunnel(own));
        Random random = new Random(3);
        try (UdpClient tunnelEnd = rig.left()
                        .namespace()
                        .call(() ->
                                UdpClient.bound(new InetSocketAddress(rig.left().ipv4Address(), TUNNEL_PORT), null));
                UdpClient client = client()) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] payload = payload(random);
                client.send(payload);
                byte[] carried = tunnelEnd.receive(PATIENCE_MS);
                assertNotNull(carried, "datagram " + i);
                byte[] inner = Arrays.copyOfRange(carried, own, carried.length);
                assertEquals(HEADERS + payload.length, inner.length);
                assertArrayEquals(payload, Arrays.copyOfRange(inner, HEADERS, inner.length));
                assertEquals(
                        client.localAddress().getPort(),
                        Short.toUnsignedInt(ByteBuffer.wrap(inner).getShort(ETHERNET + IPV4)));
                for (int at = 0; at < own; at++) {
                    assertEquals(0x5a, carried[at]);
                }
            }
        }
        assertForwarded(engine);
    }

    private static void assertForwarded(Engine engine) {
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(FRAMES, Rig.port(engine).get(PortCounter.FORWARDED));
    }

    /** Eight bytes between the addresses and the type, as a tag: the addresses move, the rest stays. */
    @ParameterizedTest
    @ValueSource(strings = {"", "chunks = aligned, frame-size = 4096, headroom = 8"})
    void shouldInsertATag(String options) {
        Engine engine = rig.start(Rig.config("", options, FORWARD), "tag", frame -> {
            frame.prepend(8);
            byte[] addresses = new byte[2 * MAC];
            frame.buffer().getBytes(8, addresses);
            frame.buffer().putBytes(0, addresses, MAC, MAC);
            frame.buffer().putBytes(MAC, addresses, 0, MAC);
            frame.buffer().putShort(2 * MAC, (short) EXPERIMENTAL, ByteOrder.BIG_ENDIAN);
            frame.buffer().setMemory(2 * MAC + 2, 6, (byte) 0x77);
        });
        Random random = new Random(4);
        try (RawSocket wire = rig.left().rawSocket();
                UdpClient client = client()) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] payload = payload(random);
                client.send(payload);
                byte[] tagged = awaitTagged(wire);
                assertEquals(HEADERS + 8 + payload.length, tagged.length);
                assertArrayEquals(payload, Arrays.copyOfRange(tagged, HEADERS + 8, tagged.length));
                assertEquals(0x0800, Short.toUnsignedInt(ByteBuffer.wrap(tagged).getShort(2 * MAC + 8)));
            }
        }
        assertForwarded(engine);
    }

    private static byte[] awaitTagged(RawSocket wire) {
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (System.nanoTime() - deadline < 0) {
            byte[] frame = wire.receive(0);
            if (frame != null && Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(2 * MAC)) == EXPERIMENTAL) {
                return frame;
            }
        }
        throw new AssertionError("no tagged frame");
    }

    /** The datagram's payload is a frame for another datagram of the sender's own; only that is left of it. */
    @Test
    void shouldTakeHeadersOff() {
        Engine engine = rig.start(Rig.config("", "", FORWARD), "decapsulate", frame -> frame.trimFront(HEADERS));
        Random random = new Random(5);
        try (UdpClient inner = rig.left()
                        .namespace()
                        .call(() -> UdpClient.at(rig.left().ipv4Address()));
                UdpClient client = client()) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] frame = rig.frame()
                        .macs(rig.right().mac(), rig.left().mac())
                        .ips(rig.right().ipv4Address(), rig.left().ipv4Address())
                        .ports(1, inner.localAddress().getPort())
                        .length(HEADERS + random.nextInt(LONGEST))
                        .build()
                        .bytes();
                client.send(frame);
                assertArrayEquals(
                        Arrays.copyOfRange(frame, HEADERS, frame.length), inner.receive(PATIENCE_MS), "datagram " + i);
            }
        }
        assertForwarded(engine);
    }

    @Test
    void shouldCountAStageThatWantsMoreRoomThanThereIs() {
        Engine engine = rig.start(Rig.config("", "", FORWARD), "greedy", frame -> frame.prepend(257));
        try (UdpClient client = client()) {
            client.send(new byte[100]);
            Await.until("dropped", () -> Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE) == 1);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(1, engine.statistics().stages().getFirst().errors());
    }
}
