package io.millrace.harness.system;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.millrace.engine.Engine;
import io.millrace.engine.counters.PortCounter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Not one byte of heap for many frames of open connections, on any thread of the engine. */
@Timeout(120)
class TcpAllocationTest {
    private static final ThreadMXBean MX = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** One byte for each frame of a round would be that many: what links a rare path once is over after some rounds. */
    private static final int ROUNDS = 8;
    private static final int CONNECTIONS = 4;
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
            Socket socket = rig.closing(new Socket(server.getAddress(), server.getPort()));
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
    @CsvSource(delimiter = ';', value = {
        "mode = inline;                  frame-size = 2KiB; 100000",
        "mode = inline;                  zero-copy-above = 1KiB; 20000",
        "mode = pipelined, idle = wait;  high-water = 64KiB, low-water = 16KiB; 20000"})
    void shouldAllocateNothingForPiecesOfStreams(String engine, String port, int frames) throws IOException {
        assertNoAllocation(rig.start(TcpRig.config(engine, port, "{ stage = count }, " + TcpRig.ECHO)), frames);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "mode = inline, idle = wait;     frame-size = 2KiB",
        "mode = inline;                  frame-size = 16KiB, bundles = off",
        "mode = pipelined;               frames = 256, buffers = 64"})
    void shouldAllocateNothingForMessages(String engine, String port) throws IOException {
        assertNoAllocation(rig.start(TcpRig.config(engine, port, "{ stage = frame-by-length, size = 1, strip = off }, "
            + TcpRig.ECHO)), 1_000_000);
    }

    private void assertNoAllocation(Engine engine, int frames) throws IOException {
        long[] threads = threads(engine);
        load(engine);
        awaitFrames(engine, frames);
        StringBuilder rounds = new StringBuilder();
        for (int round = 0; round < ROUNDS; round++) {
            long[] before = MX.getThreadAllocatedBytes(threads);
            awaitFrames(engine, frames);
            long[] after = MX.getThreadAllocatedBytes(threads);
            long bytes = 0;
            for (int i = 0; i < threads.length; i++) {
                bytes += after[i] - before[i];
            }
            if (bytes == 0) {
                return;
            }
            rounds.append(' ').append(bytes);
        }
        fail("bytes allocated for each " + frames + " frames:" + rounds);
    }

    private static void awaitFrames(Engine engine, long count) {
        long target = TcpRig.get(engine, PortCounter.RX_FRAMES) + count;
        Await.until("received " + count, () -> TcpRig.get(engine, PortCounter.RX_FRAMES) >= target);
    }

    private static long[] threads(Engine engine) {
        List<String> names = engine.statistics().engineThreads();
        long[] ids = Arrays.stream(MX.getThreadInfo(MX.getAllThreadIds()))
            .filter(info -> info != null && names.contains(info.getThreadName()))
            .mapToLong(info -> info.getThreadId()).toArray();
        assertTrue(ids.length == names.size() && ids.length > 0, names::toString);
        return ids;
    }
}
