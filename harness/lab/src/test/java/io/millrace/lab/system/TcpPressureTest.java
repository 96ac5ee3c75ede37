package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do not read are held back, then dropped; memory is bounded, and nobody else notices. */
@Slow
@Timeout(60)
class TcpPressureTest {
    private static final String SMALL = "frames = 64, buffers = 16, send-buffer = 8KiB, receive-buffer = 8KiB";
    private static final long QUIET_MS = 200;
    private static final int WRITE = 10_000;
    private static final int NARROW = 16 << 10;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** With buffers of a few KiB, so that little is on its way. */
    private SocketChannel narrow(Engine engine) throws IOException {
        SocketChannel channel = rig.add(SocketChannel.open());
        channel.setOption(StandardSocketOptions.SO_RCVBUF, NARROW);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, NARROW);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(TcpRig.address(engine));
        return channel;
    }

    private static void echo(SocketChannel channel, int number) throws IOException {
        byte[] bytes = {(byte) number, (byte) (number >> 8)};
        channel.write(ByteBuffer.wrap(bytes));
        ByteBuffer answer = ByteBuffer.allocate(2);
        while (answer.hasRemaining()) {
            assertTrue(channel.read(answer) > 0);
        }
        assertArrayEquals(bytes, answer.array());
    }

    /** Writes what follows until nothing has gone for a while; returns how much has gone in all. */
    private static long flood(SocketChannel channel, BytePattern pattern, long from) throws Exception {
        channel.configureBlocking(false);
        long sent = from;
        long lastNs = System.nanoTime();
        while (System.nanoTime() - lastNs < Duration.ofMillis(QUIET_MS).toNanos()) {
            int count = channel.write(pattern.bytes(sent, WRITE));
            if (count > 0) {
                sent += count;
                lastNs = System.nanoTime();
            } else {
                Thread.sleep(1);
            }
            assertTrue(sent - from < 100 << 20, "the engine takes what nobody reads");
        }
        channel.configureBlocking(true);
        return sent;
    }

    private static int used(Engine engine) {
        FrameCensus frames = TcpRig.port(engine).frames();
        return frames.total() - frames.free() - frames.inRings();
    }

    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, off", "inline, 0"})
    void shouldHoldBackThenDropPeerThatNeverReads(String mode, String zeroCopyAbove) throws Exception {
        Engine engine = rig.start(TcpRig.config(
                "mode = " + mode,
                SMALL + ", frame-size = 2KiB, high-water = 32KiB,"
                        + " low-water = 8KiB, write-timeout = 1s, zero-copy-above = " + zeroCopyAbove,
                TcpRig.ECHO));
        SocketChannel other = rig.connect(engine);
        SocketChannel silent = narrow(engine);
        long sent = flood(silent, new BytePattern(1), 0);
        assertTrue(sent < 1 << 20, () -> sent + " bytes went");
        assertTrue(used(engine) < 64, "some are left for others");
        int echoes = 0;
        while (TcpRig.get(engine, PortCounter.TIMED_OUT) == 0) {
            echo(other, echoes++);
        }
        assertTrue(echoes > 10, "the other one went on");
        assertEquals(1, TcpRig.get(engine, PortCounter.FAILED));
        echo(other, 1);
        Await.until("its frames are back", () -> used(engine) == 0);
        TcpRig.closeAndCheck(engine);
        assertTrue(
                TcpRig.get(engine, PortCounter.TX_FAILED) > 0,
                () -> TcpRig.port(engine).toString());
    }

    /** A few bytes in each frame: the bytes alone do not show that the frames run out. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepFramesForOthersWhenPeerThatDoesNotReadSendsLittleAtTime(String mode) throws Exception {
        Engine engine = rig.start(TcpRig.config("mode = " + mode, SMALL + ", write-timeout = 30s", TcpRig.ECHO));
        SocketChannel other = rig.connect(engine);
        SocketChannel silent = narrow(engine);
        silent.configureBlocking(false);
        BytePattern pattern = new BytePattern(2);
        long sent = 0;
        for (int i = 0; i < 3_000; i++) {
            sent += Math.max(0, silent.write(pattern.bytes(sent, 50)));
            echo(other, i);
        }
        assertTrue(used(engine) < 64, "some are left for others");
        silent.configureBlocking(true);
        assertComes(silent, pattern, 0, sent);
        TcpRig.closeAndCheck(engine);
        assertEquals(0, TcpRig.get(engine, PortCounter.FAILED));
    }

    private static void assertComes(SocketChannel channel, BytePattern pattern, long from, long to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(50_000);
        for (long received = from; received < to; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - received));
            int count = channel.read(buffer);
            assertTrue(count > 0, "the end after " + received + " of " + to);
            pattern.assertSame(buffer.flip(), received);
            received += count;
        }
    }

    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, off", "pipelined, 1000"})
    void shouldGiveEveryByteToPeerThatReadsLate(String mode, String zeroCopyAbove) throws Exception {
        Engine engine = rig.start(TcpRig.config(
                "mode = " + mode,
                "high-water = 64KiB, low-water = 16KiB, buffers = 64,"
                        + " send-buffer = 16KiB, receive-buffer = 16KiB, zero-copy-above = " + zeroCopyAbove,
                TcpRig.ECHO));
        SocketChannel late = narrow(engine);
        BytePattern pattern = new BytePattern(3);
        long sent = 0;
        long received = 0;
        for (int round = 0; round < 5; round++) {
            sent = flood(late, pattern, sent);
            long next = round == 4 ? sent : received + (sent - received) * 3 / 4;
            assertComes(late, pattern, received, next);
            received = next;
        }
        TcpRig.closeAndCheck(engine);
        assertEquals(0, TcpRig.get(engine, PortCounter.TX_FAILED));
        assertEquals(0, TcpRig.get(engine, PortCounter.DROPPED_TX_FULL));
    }

    /** All buffers of the sockets are the kernel's own: the frames are what runs out. */
    @Test
    void shouldServeOthersWhileManyPeersDoNotRead() throws Exception {
        Engine engine = rig.start(TcpRig.config(
                "mode = inline", "write-timeout = 1s, frame-size = 2KiB," + " send-buffer = 8KiB", TcpRig.ECHO));
        SocketChannel other = rig.connect(engine);
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            silent.add(narrow(engine));
            silent.get(i).configureBlocking(false);
        }
        int echoes = 0;
        BytePattern pattern = new BytePattern(4);
        while (TcpRig.get(engine, PortCounter.TIMED_OUT) < 50) {
            for (SocketChannel channel : silent) {
                try {
                    channel.write(pattern.bytes(0, 20_000));
                } catch (IOException e) { // this one has been dropped
                    channel.close();
                }
            }
            silent.removeIf(channel -> !channel.isOpen());
            echo(other, echoes++);
        }
        int all = echoes;
        assertTrue(all > 10, () -> all + " echoes of the other one");
        TcpRig.closeAndCheck(engine);
        assertEquals(50, TcpRig.get(engine, PortCounter.FAILED));
    }

    /** The kernel would keep the frames of sends without a copy as long as it tries to deliver them: for minutes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGetFramesBackThatPeersNeverAcknowledge(boolean halfClosed) throws Exception {
        Engine engine = rig.start(TcpRig.config(
                "mode = inline, drain-timeout = 500ms",
                "frames = 256, buffers = 64,"
                        + " high-water = 8MiB, low-water = 1MiB, send-buffer = 1MiB, zero-copy-above = 0,"
                        + " write-timeout = "
                        + (halfClosed ? "1s" : "30s"),
                TcpRig.ECHO));
        BytePattern pattern = new BytePattern(5);
        for (int i = 0; i < 3; i++) {
            SocketChannel silent = narrow(engine);
            for (int part = 0; part < 10; part++) {
                silent.write(pattern.bytes(0, 20_000));
            }
            if (halfClosed) {
                silent.shutdownOutput();
            }
        }
        Await.until("all received", () -> TcpRig.get(engine, PortCounter.RX_BYTES) == 600_000);
        assertTrue(used(engine) > 0, "the kernel has frames");
        if (halfClosed) {
            Await.until("dropped", () -> TcpRig.get(engine, PortCounter.TIMED_OUT) == 3);
            Await.until("all frames back", () -> used(engine) == 0);
        }
        try (LogCapture log = new LogCapture()) {
            long start = System.nanoTime();
            TcpRig.closeAndCheck(engine);
            assertTrue(System.nanoTime() - start < 2_500_000_000L, "it takes the drain time-out, not more");
            assertEquals(List.of(), log.lines("stays mapped"));
        }
    }

    /** Writes of several frames at a time take what only a thousand connections can have. */
    @Test
    void shouldServeOthersWhileMorePeersDoNotReadThanWritesCanBeUnderWay() throws Exception {
        Engine engine = rig.start(TcpRig.config(
                "mode = inline, drain-timeout = 200ms",
                "connections = 2000,"
                        + " write-timeout = 1m, frames = 32768, buffers = 1024, frame-size = 2KiB, send-buffer = 4KiB",
                TcpRig.ECHO));
        SocketChannel other = rig.connect(engine);
        BytePattern pattern = new BytePattern(8);
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            SocketChannel channel = narrow(engine);
            channel.configureBlocking(false);
            silent.add(channel);
        }
        for (int round = 0; round < 20; round++) {
            for (SocketChannel channel : silent) {
                channel.write(pattern.bytes(0, 4_000));
            }
        }
        Await.until("thousands of frames wait", () -> used(engine) > 5_000);
        for (int i = 0; i < 20; i++) {
            other.write(pattern.bytes(0, 10_000));
            assertComes(other, pattern, 0, 10_000);
        }
        assertEquals(0, TcpRig.get(engine, PortCounter.FAILED));
        TcpRig.closeAndCheck(engine);
    }

    @Test
    void shouldShowStagesThatConnectionIsFull() throws Exception {
        List<Boolean> full = new ArrayList<>();
        Hook.stage(frame -> full.add(frame.connection().isFull()));
        Engine engine = rig.start(TcpRig.config(
                "mode = inline",
                "high-water = 5, low-water = 0",
                "{ stage = frame-by-length, size = 1 }, " + Hook.NAME + ", " + TcpRig.ECHO));
        SocketChannel channel = rig.connect(engine);
        for (int i = 1; i <= 3; i++) {
            channel.write(ByteBuffer.wrap(new byte[] {3, 1, 1, 1, 3, 2, 2, 2, 3, 3, 3, 3}));
            ByteBuffer answer = ByteBuffer.allocate(9);
            while (answer.hasRemaining()) {
                assertTrue(channel.read(answer) > 0);
            }
            assertEquals(List.of(false, false, true), full.subList(3 * i - 3, 3 * i), "it is after six bytes");
        }
        TcpRig.closeAndCheck(engine);
    }
}
