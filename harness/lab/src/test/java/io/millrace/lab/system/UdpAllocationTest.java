package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Endpoint;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A million datagrams do not allocate one byte of heap, on any thread of the engine, whatever the port's settings; it
 * is a quarter of a million where zero-copy sends wait for few frames.
 */
@RootOnly
@Timeout(120)
class UdpAllocationTest {
    private static final int MILLION = 1_000_000;
    /** What links a rare path once is over after some rounds. */
    private static final int ROUNDS = 6;

    private static final long PATIENCE_MS = 60_000;
    private static final int LENGTH = 64;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    /** Asks a frame everything that makes no object. */
    private static final class Ask implements Stage {
        private long sum;

        @Override
        public void onFrame(Frame frame) {
            Endpoint source = frame.source();
            Endpoint destination = frame.destination();
            sum += source.port() + source.ipv4() + source.ipv6Low() + destination.ipv4() + destination.ipv6High();
            sum += source.sameAs(destination) ? 1 : 0;
            sum += frame.timestampNs()
                    + frame.payloadOffset()
                    + frame.payloadLength()
                    + frame.kind().ordinal();
            frame.length(frame.length() - 1);
            frame.length(Math.min(frame.capacity(), frame.length() + 1));
            frame.buffer().putLong(0, sum);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'mode = inline', '', 1000000",
        "'mode = inline, idle = wait', 'local-address = on, timestamps = on, gso = on', 1000000",
        "'mode = inline, uring { submission = 8, completion = 16 }', 'frames = 16, buffers = 4, sends = 2, batch ="
                + " 4', 1000000",
        "'mode = pipelined', 'zero-copy-above = 0', 250000",
        "'mode = pipelined, wait-strategy = blocking, idle = wait, ring-size = 64', 'gro = on, gso = on,"
                + " zero-copy-above = 0, frame-size = 128KiB, frames = 64, buffers = 32', 250000",
        "'mode = pipelined, uring { sqpoll = on }', 'bind = \"[::1]:0\", local-address = on, gro = on, gso = on,"
                + " frame-size = 128KiB, frames = 64, buffers = 32', 1000000"
    })
    void shouldAllocateNothingForDatagrams(String engineConfig, String port, int count) {
        Engine engine =
                rig.start(UdpRig.config(engineConfig, port, "{ stage = count }, " + UdpRig.ECHO), "ask", new Ask());
        assertNoAllocation(engine, count);
    }

    /** From one port to another and back out of it, by copies. */
    @Test
    void shouldAllocateNothingBetweenPorts() {
        UdpClient sink = rig.add(UdpClient.at(InetAddress.ofLiteral("127.0.0.1")));
        Engine engine = rig.start(
                "millrace { engine { mode = inline }, ports { a { type = udp,"
                        + " bind = \"127.0.0.1:0\" }, b { type = udp, bind = \"127.0.0.1:0\", gso = on, remote ="
                        + " \"127.0.0.1:"
                        + sink.localAddress().getPort() + "\" } }, pipeline = [{ stage = forward, to = b }] }",
                Map.of());
        assertNoAllocation(engine, MILLION);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(
                engine.statistics().ports().get(0).get(PortCounter.FORWARDED),
                engine.statistics().ports().get(1).get(PortCounter.TX_FRAMES));
    }

    private void assertNoAllocation(Engine engine, int count) {
        EngineThreads threads = EngineThreads.of(engine);
        rig.add(Flood.segmented(UdpRig.address(engine), LENGTH));
        awaitFrames(engine, count / 5);
        List<Long> rounds = threads.allocated(ROUNDS, () -> awaitFrames(engine, count));
        assertEquals(0, rounds.getLast(), () -> "bytes allocated for each " + count + " datagrams: " + rounds);
    }

    private static void awaitFrames(Engine engine, long count) {
        long target = UdpRig.port(engine).get(PortCounter.RX_FRAMES) + count;
        Await.until(
                () -> "received " + count + ": " + UdpRig.port(engine),
                () -> UdpRig.port(engine).get(PortCounter.RX_FRAMES) >= target,
                PATIENCE_MS);
    }
}
