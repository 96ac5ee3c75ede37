package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many frames and connections do not allocate one byte of heap, on any thread of the engine, and the first ones only a
 * few.
 */
@Slow
@Timeout(120)
class TcpAllocationTest {
    /** One byte for each frame of a round would be that many: what links a rare path once is over after some rounds. */
    private static final int ROUNDS = 8;

    private static final int CONNECTIONS = 4;
    private static final int VISITORS = 100;
    /** Links and compiled code that were not there before the first visitors came: without a warm-up it is 300,000. */
    private static final long FIRST_USE_BYTES = 16_384;

    private static final int MESSAGE = 50;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Messages of 50 bytes behind a prefix of one, round and round, to an echo. */
    private void load(Engine engine) throws IOException {
        byte[] bytes = new byte[(MESSAGE + 1) * 500];
        Arrays.fill(bytes, (byte) MESSAGE);
        InetSocketAddress server = TcpRig.address(engine);
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket socket = rig.add(new Socket(server.getAddress(), server.getPort()));
            Await.background(() -> {
                while (true) {
                    socket.getOutputStream().write(bytes); // until it is closed
                }
            });
            byte[] answer = new byte[100_000];
            Await.background(() -> {
                int count = 0;
                while (count >= 0) {
                    count = socket.getInputStream().read(answer);
                }
                return count;
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = inline;                  frame-size = 2KiB; 100000",
                "mode = inline;                  zero-copy-above = 1KiB; 20000",
                "mode = pipelined, idle = wait;  high-water = 64KiB, low-water = 16KiB; 20000"
            })
    void shouldAllocateNothingForPiecesOfStreams(String engine, String port, int frames) throws IOException {
        assertNoAllocation(rig.start(TcpRig.config(engine, port, "{ stage = count }, " + TcpRig.ECHO)), frames);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = inline, idle = wait;     frame-size = 2KiB",
                "mode = inline;                  frame-size = 16KiB, bundles = off",
                "mode = pipelined;               frames = 256, buffers = 64"
            })
    void shouldAllocateNothingForMessages(String engine, String port) throws IOException {
        assertNoAllocation(
                rig.start(TcpRig.config(
                        engine, port, "{ stage = frame-by-length, size = 1, strip = off }, " + TcpRig.ECHO)),
                1_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined"})
    void shouldAllocateNothingForConnections(String mode) {
        Engine engine = rig.start(TcpRig.config(mode, "", "{ stage = count }, " + TcpRig.ECHO));
        List<Long> rounds = EngineThreads.of(engine).allocated(ROUNDS, () -> visit(engine));
        assertTrue(rounds.getFirst() < FIRST_USE_BYTES, () -> "bytes for the first " + VISITORS + ": " + rounds);
        assertEquals(0, rounds.getLast(), () -> "bytes for " + VISITORS + " connections each: " + rounds);
    }

    /** Many come, get an answer each, and go, by both ways of going. */
    private static void visit(Engine engine) {
        InetSocketAddress server = TcpRig.address(engine);
        long closed = ended(engine) + VISITORS;
        try {
            for (int i = 0; i < VISITORS; i++) {
                try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
                    socket.setSoLinger(i % 2 == 0, 0); // half of them reset
                    socket.getOutputStream().write(new byte[MESSAGE]);
                    assertEquals(MESSAGE, socket.getInputStream().readNBytes(MESSAGE).length);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("all visitors gone", () -> ended(engine) == closed);
    }

    private static long ended(Engine engine) {
        return TcpRig.get(engine, PortCounter.CLOSED) + TcpRig.get(engine, PortCounter.FAILED);
    }

    private void assertNoAllocation(Engine engine, int frames) throws IOException {
        load(engine);
        awaitFrames(engine, frames);
        List<Long> rounds = EngineThreads.of(engine).allocated(ROUNDS, () -> awaitFrames(engine, frames));
        assertEquals(0, rounds.getLast(), () -> "bytes allocated for each " + frames + " frames: " + rounds);
    }

    private static void awaitFrames(Engine engine, long count) {
        long target = TcpRig.get(engine, PortCounter.RX_FRAMES) + count;
        Await.until("received " + count, () -> TcpRig.get(engine, PortCounter.RX_FRAMES) >= target);
    }
}
