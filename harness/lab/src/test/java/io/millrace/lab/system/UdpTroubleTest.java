package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings and memory far too small for what comes: slower, and counted, but nothing lost in silence or sent twice. */
@RootOnly
@Timeout(120)
class UdpTroubleTest {
    private static final int LONGEST = 1_472;
    private static final int COUNT = 30_000;
    private static final String COALESCING = "gro = on, frame-size = 128KiB, frames = 16, buffers = 8";

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    private PortStatistics echoed(String engineConfig, String port, int window) {
        Engine engine = rig.start(UdpRig.config(engineConfig, port, UdpRig.ECHO));
        new EchoWindow(rig.client(engine), LONGEST, window, 1).run(COUNT);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(0, engine.statistics().uring().failures());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(COUNT, last.get(PortCounter.RX_FRAMES), last::toString);
        assertEquals(COUNT, last.get(PortCounter.TX_FRAMES), last::toString);
        assertEquals(0, last.get(PortCounter.TX_FAILED), last::toString);
        return last;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline",
                "mode = pipelined",
                "mode = inline, idle = wait",
                "mode = pipelined, idle = wait"
            })
    void shouldLoseNothingWhenCompletionsOverflow(String engineConfig) {
        Engine engine =
                rig.start(UdpRig.config(engineConfig + ", uring { submission = 8, completion = 16 }", "", UdpRig.ECHO));
        EchoWindow echo = new EchoWindow(rig.client(engine), LONGEST, 512, 2);
        for (int round = 0; round < 20 && engine.statistics().uring().overflows() == 0; round++) {
            echo.run(COUNT / 10);
        }
        echo.run(COUNT);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertTrue(
                engine.statistics().uring().overflows() > 0,
                () -> engine.statistics().uring().toString());
        assertEquals(0, engine.statistics().uring().failures());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(last.get(PortCounter.RX_FRAMES), last.get(PortCounter.TX_FRAMES), last::toString);
        assertEquals(0, last.get(PortCounter.TX_FAILED), last::toString);
    }

    @ParameterizedTest
    @CsvSource({"inline, 2", "inline, 4", "pipelined, 2", "pipelined, 4"})
    void shouldGoOnWhenTheKernelHasNoBufferLeft(String mode, int buffers) {
        PortStatistics last =
                echoed("mode = " + mode, "frames = " + (buffers + 2) + ", buffers = " + buffers + ", batch = 1", 128);
        assertTrue(last.get(PortCounter.RX_NO_BUFFER) > 0, last::toString);
        assertTrue(last.get(PortCounter.RX_REARMED) >= last.get(PortCounter.RX_NO_BUFFER), last::toString);
    }

    /** The kernel thread takes submissions when it likes: they may be full for a while. */
    @ParameterizedTest
    @CsvSource({"inline, 8", "inline, 1024", "pipelined, 8"})
    void shouldLoseNothingWhenKernelThreadFetchesSubmissions(String mode, int submission) {
        echoed("mode = " + mode + ", uring { sqpoll = on, submission = " + submission + " }", "", 128);
    }

    @ParameterizedTest
    @CsvSource({"inline, 1, off", "inline, 4, off", "pipelined, 1, off", "pipelined, 4, on", "inline, 1, on"})
    void shouldCountWhatFindsNoSendFree(String mode, int sends, String gso) {
        Engine engine = rig.start(UdpRig.config("mode = " + mode, "sends = " + sends + ", gso = " + gso, UdpRig.ECHO));
        UdpClient client = rig.client(engine);
        BitSet seen = new BitSet();
        int sent = 0;
        while (UdpRig.port(engine).get(PortCounter.DROPPED_TX_FULL) == 0 || sent < COUNT) {
            client.send(ByteBuffer.allocate(100 + sent * 7 % 50).putInt(sent++).array()); // no two in one send
            if (sent % 64 == 0) {
                int target = sent;
                Await.until("received " + target, () -> UdpRig.port(engine).get(PortCounter.RX_FRAMES) == target);
                collect(client, seen);
            }
            assertTrue(sent < 20 * COUNT, "dropped one for want of a send");
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(sent, last.get(PortCounter.FORWARDED) + last.get(PortCounter.DROPPED_TX_FULL), last::toString);
        assertEquals(0, last.get(PortCounter.TX_FAILED), last::toString);
        collect(client, seen);
        assertEquals(last.get(PortCounter.FORWARDED), seen.cardinality(), last::toString);
    }

    private static void collect(UdpClient client, BitSet seen) {
        for (ByteBuffer echo = client.poll(); echo != null; echo = client.poll()) {
            int number = echo.getInt();
            assertTrue(!seen.get(number), () -> number + " came twice");
            seen.set(number);
        }
    }

    /** A coalesced buffer holds more datagrams than the stage ring has slots: the rest waits for room. */
    @ParameterizedTest
    @CsvSource({"pipelined, off", "pipelined, on", "inline, on"})
    void shouldHandOnTheRestOfCoalescedBufferWhenThereIsRoom(String mode, String gso) {
        int length = 100;
        Engine engine = rig.start(UdpRig.config(
                "mode = " + mode + ", ring-size = 2", COALESCING + ", batch = 2, gso = " + gso, UdpRig.ECHO));
        int buffers = 500;
        try (SegmentedSender sender = new SegmentedSender(UdpRig.address(engine), length)) {
            for (int i = 1; i <= buffers; i++) {
                sender.send(new byte[(i % 50 + 2) * length - i % length]);
            }
        }
        int sent = 0;
        for (int i = 1; i <= buffers; i++) {
            sent += i % 50 + 2;
        }
        int expected = sent;
        Await.until(
                "forwarded " + expected,
                () -> UdpRig.port(engine).get(PortCounter.FORWARDED)
                                + UdpRig.port(engine).get(PortCounter.DROPPED_TX_FULL)
                        == expected);
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(expected, last.get(PortCounter.RX_FRAMES), last::toString);
        assertEquals(expected, last.get(PortCounter.RX_COALESCED), last::toString);
        assertEquals(0, last.kernel().rxDropped(), last::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCutCoalescedBuffersWhereTheyWereJoined(String mode) {
        int length = 333;
        UdpClient receiver = rig.add(UdpClient.at(InetAddress.ofLiteral("127.0.0.1")));
        Engine relay = rig.start(UdpRig.config(
                "mode = " + mode,
                COALESCING + ", remote = \"127.0.0.1:" + receiver.localAddress().getPort() + "\"",
                "{ stage = forward, to = p }"));
        byte[] bytes = new byte[30 * length + 17];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        try (SegmentedSender sender = new SegmentedSender(UdpRig.address(relay), length)) {
            sender.send(bytes);
        }
        for (int i = 0; i <= 30; i++) {
            byte[] expected = Arrays.copyOfRange(bytes, i * length, Math.min((i + 1) * length, bytes.length));
            assertArrayEquals(expected, receiver.receive(), "datagram " + i);
        }
        relay.close();
        Accounts.assertHome(relay.statistics());
        assertEquals(31, UdpRig.port(relay).get(PortCounter.RX_COALESCED));
    }

    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, on"})
    void shouldCountDatagramsThatAreLongerThanFrame(String mode, String localAddress) {
        Engine engine = rig.start(UdpRig.config("mode = " + mode, "local-address = " + localAddress, UdpRig.ECHO));
        UdpClient client = rig.client(engine);
        int fits = 2048 - 16 - 16 - (localAddress.equals("on") ? 32 : 0);
        for (int i = 0; i < 100; i++) {
            client.send(new byte[fits + 1 + i]);
            client.send(new byte[60_000]);
            byte[] longest = new byte[fits];
            longest[fits - 1] = (byte) i;
            assertArrayEquals(longest, client.ask(longest));
        }
        assertArrayEquals(new byte[0], client.ask(new byte[0]));
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(200, last.get(PortCounter.RX_TRUNCATED), last::toString);
        assertEquals(101, last.get(PortCounter.RX_FRAMES), last::toString);
    }

    /** The longest that IPv4 takes, and one more than there can be. */
    @ParameterizedTest
    @CsvSource({"inline, 4, off", "pipelined, 4, 0", "inline, 6, off", "pipelined, 6, 0"})
    void shouldEchoTheLongestDatagrams(String mode, int family, String zeroCopyAbove) {
        Engine engine = rig.start(
                UdpRig.config(
                        "mode = " + mode,
                        (family == 4 ? UdpRig.IPV4 : UdpRig.IPV6)
                                + ", frame-size = 128KiB, frames = 16, buffers = 8, zero-copy-above = " + zeroCopyAbove,
                        UdpRig.ECHO),
                "grow",
                frame -> {
                    if (frame.length() == 1) {
                        frame.length(65_528);
                    }
                });
        UdpClient client = rig.client(engine);
        for (int length : new int[] {65_507, 65_506, 60_001, 1_473}) {
            byte[] question = new byte[length];
            question[length - 1] = 7;
            assertArrayEquals(question, client.ask(question));
        }
        client.send(new byte[1]);
        Await.until("refused", () -> UdpRig.port(engine).get(PortCounter.DROPPED_INVALID) == 1);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(0, UdpRig.port(engine).get(PortCounter.TX_FAILED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldEchoEmptyDatagrams(String mode) {
        Engine engine = rig.start(UdpRig.config("mode = " + mode, "", UdpRig.ECHO));
        UdpClient client = rig.client(engine);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(0, client.ask(new byte[0]).length);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(1_000, UdpRig.port(engine).get(PortCounter.TX_FRAMES));
        assertEquals(0, UdpRig.port(engine).get(PortCounter.TX_BYTES));
    }
}
