package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.net.RawSocket;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of every kind through reflect and forward, compared byte by byte where they come out. */
@RootOnly
@Timeout(60)
class EchoTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final String TAKE_ALL = "accept = all";
    private static final int UMEM_LENGTH = 8192 * 2048;

    /** What comes out at the left end, as it comes: an engine's stage sees VLAN tags too, which a socket would not. */
    private static BlockingQueue<byte[]> capture() {
        BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
        String config =
                "millrace { ports { far { type = af-xdp, interface = left0 } }," + " pipeline = [{ stage = drop }] }";
        rig.startIn(rig.left().namespace(), config, Map.of("capture", frame -> {
            if (!isToGroup(frame)) {
                frames.add(frame.segment().toArray(ValueLayout.JAVA_BYTE));
            }
        }));
        return frames;
    }

    /** What an IPv6 host says to its routers once in a while. */
    private static boolean isToGroup(Frame frame) {
        return (frame.buffer().getByte(0) & 1) != 0;
    }

    private static Stage withoutGroups() {
        return frame -> {
            if (isToGroup(frame)) {
                throw new IllegalArgumentException("to a group"); // counted apart, as the stage's error
            }
        };
    }

    private static byte[] next(BlockingQueue<byte[]> frames) throws InterruptedException {
        byte[] frame = frames.poll(10, TimeUnit.SECONDS);
        assertTrue(frame != null, "a frame came out");
        return frame;
    }

    private static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    private static void swap(byte[] frame, int first, int second, int length) {
        byte[] kept = Arrays.copyOfRange(frame, first, first + length);
        System.arraycopy(frame, second, frame, first, length);
        System.arraycopy(kept, 0, frame, second, length);
    }

    private static byte[] reflected(FrameTemplate template, int addressLength) {
        byte[] frame = template.bytes();
        int udp = template.payloadOffset() - 8;
        swap(frame, 0, 6, 6);
        swap(frame, udp - 2 * addressLength, udp - addressLength, addressLength);
        swap(frame, udp, udp + 2, 2);
        return frame;
    }

    private record Sent(FrameTemplate frame, int addressLength) {}

    private static Sent[] everyKind() {
        InetAddress from6 = rig.left().ipv6Address();
        InetAddress to6 = rig.right().ipv6Address();
        return new Sent[] {
            new Sent(rig.frame().length(60).build(), 4),
            new Sent(rig.frame().length(42).build(), 4),
            new Sent(rig.frame().length(1514).build(), 4),
            new Sent(rig.frame().vlan(7).length(64).build(), 4),
            new Sent(rig.frame().vlan(4094).length(1518).build(), 4),
            new Sent(rig.frame().ips(from6, to6).length(62).build(), 16),
            new Sent(rig.frame().ips(from6, to6).length(1514).build(), 16),
            new Sent(rig.frame().ips(from6, to6).vlan(7).length(1518).build(), 16)
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined"})
    void shouldEchoFramesOfEveryKindUnchangedButForTheirAddresses(String engineConfig) throws Exception {
        Engine engine = rig.start(Rig.config(engineConfig, TAKE_ALL, ECHO), "groups", withoutGroups());
        BlockingQueue<byte[]> out = capture();
        try (RawSocket wire = rig.left().rawSocket()) {
            for (Sent sent : everyKind()) {
                assertTrue(wire.send(sent.frame.bytes()));
                assertArrayEquals(
                        reflected(sent.frame, sent.addressLength),
                        next(out),
                        () -> HexFormat.of().formatHex(sent.frame.bytes()));
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(everyKind().length, Rig.port(engine).get(PortCounter.FORWARDED));
    }

    @Test
    void shouldDropFramesThatAreCutShort() throws Exception {
        Engine engine = rig.start(Rig.config("", TAKE_ALL, ECHO), "groups", withoutGroups());
        BlockingQueue<byte[]> out = capture();
        int cut = 0;
        try (RawSocket wire = rig.left().rawSocket()) {
            for (Sent sent : everyKind()) {
                byte[] bytes = sent.frame.bytes();
                int lastHeaderByte = sent.frame.payloadOffset() - 1;
                for (int length : new int[] {lastHeaderByte, lastHeaderByte - 8, bytes.length - 1}) {
                    if (length >= 14 && length < bytes.length && wire.send(Arrays.copyOf(bytes, length))) {
                        cut++;
                    }
                }
            }
            assertTrue(cut > 10);
            byte[] whole = rig.frame().length(100).build().bytes();
            assertTrue(wire.send(whole));
            assertArrayEquals(reflected(rig.frame().length(100).build(), 4), next(out), "the first that is whole");
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        long others = engine.statistics().stages().getFirst().errors();
        assertEquals(cut + others, Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE));
        assertNull(out.poll());
    }

    /** Its address lies in the UMEM, and what it writes there in place is what leaves. */
    private static final class Mark implements Stage {
        private final int length;
        private volatile String problem;
        private long lastAddress = -1;

        Mark(int length) {
            this.length = length;
        }

        @Override
        public void onFrame(Frame frame) {
            MemorySegment memory = frame.memory();
            long address = frame.address();
            if (memory.byteSize() != UMEM_LENGTH || address < 0 || address + frame.length() > UMEM_LENGTH) {
                problem = address + " is not in " + memory;
            }
            if (frame.segment().address() != memory.address() + address
                    || frame.buffer().addressOffset() != memory.address() + address) {
                problem = "the views do not show the frame at " + address;
            }
            frame.length(length);
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, address + length - Long.BYTES, address);
            lastAddress = address;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined"})
    void shouldSendTheVeryBytesThatTheStageChanged(String engineConfig) throws Exception {
        int length = 1000;
        Mark mark = new Mark(length);
        Engine engine = rig.start(Rig.config(engineConfig, TAKE_ALL, "{ stage = forward, to = p }"), "mark", mark);
        BlockingQueue<byte[]> out = capture();
        try (RawSocket wire = rig.left().rawSocket()) {
            for (int i = 0; i < 100; i++) {
                wire.send(rig.frame().length(1200).build().bytes());
                byte[] frame = next(out);
                assertEquals(length, frame.length);
                long written = MemorySegment.ofArray(frame).get(ValueLayout.JAVA_LONG_UNALIGNED, length - Long.BYTES);
                assertTrue(written > 0 && written < UMEM_LENGTH, () -> "address " + written);
            }
        }
        engine.close();
        assertNull(mark.problem);
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline",
                "mode = inline, idle = wait",
                "mode = pipelined",
                "mode = pipelined, idle = wait, wait-strategy = blocking"
            })
    void shouldLookLikeAnEchoServerToAnOrdinaryClient(String engineConfig) throws Exception {
        Engine engine = rig.start(Rig.config(engineConfig, "", ECHO));
        for (InetAddress server :
                new InetAddress[] {rig.right().ipv4Address(), rig.right().ipv6Address()}) {
            try (DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
                client.setSoTimeout(5_000);
                client.connect(server, Rig.UDP_PORT);
                for (int size : new int[] {1, 7, 22, 1000, 1452}) {
                    byte[] question = new byte[size];
                    Arrays.fill(question, (byte) size);
                    client.send(new DatagramPacket(question, size));
                    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                    client.receive(answer);
                    assertArrayEquals(question, Arrays.copyOf(answer.getData(), answer.getLength()));
                }
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined, idle = wait"})
    void shouldEchoInGenericMode(String engineConfig) throws Exception {
        Engine engine =
                rig.start(Rig.config(engineConfig, TAKE_ALL + ", attach = skb", ECHO), "groups", withoutGroups());
        assertEquals("skb", AfXdpStatistics.of(Rig.port(engine)).attach());
        BlockingQueue<byte[]> out = capture();
        try (RawSocket wire = rig.left().rawSocket()) {
            for (Sent sent : everyKind()) {
                assertTrue(wire.send(sent.frame.bytes()));
                assertArrayEquals(reflected(sent.frame, sent.addressLength), next(out));
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** The kernel takes in what a frame of the UMEM holds, less its headroom, and counts the rest. */
    @Test
    void shouldEchoLongFramesWhereTheyFitAndCountThemWhereTheyDoNot() throws Exception {
        try (Rig jumbo = Rig.jumbo();
                RawSocket wire = jumbo.left().rawSocket();
                DatagramSocket client = jumbo.left().namespace().call(() -> new DatagramSocket())) {
            byte[] frame = jumbo.frame().length(3000).build().bytes();
            Engine small = jumbo.start(Rig.config("", "frame-size = 2048", ECHO));
            assertTrue(wire.send(frame));
            Await.until("counted", () -> Rig.port(small).kernel().rxDropped() == 1);
            small.close();
            Accounts.assertHome(small.statistics());
            Engine large = jumbo.start(Rig.config("", "frame-size = 4096", ECHO));
            client.setSoTimeout(5_000);
            client.connect(jumbo.right().ipv4Address(), Rig.UDP_PORT);
            byte[] question = new byte[3000];
            Arrays.fill(question, (byte) 3);
            client.send(new DatagramPacket(question, question.length));
            DatagramPacket answer = new DatagramPacket(new byte[4000], 4000);
            client.receive(answer);
            assertArrayEquals(question, Arrays.copyOf(answer.getData(), answer.getLength()));
            large.close();
            Accounts.assertHome(large.statistics());
        }
    }
}
