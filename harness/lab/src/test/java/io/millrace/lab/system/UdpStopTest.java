package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.EngineException;
import io.millrace.Frame;
import io.millrace.HostException;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines with sockets that stop at bad moments, or never start: none hangs, and none keeps its port. */
@Slow
@Timeout(60)
class UdpStopTest {
    private static final String DROP = "{ stage = drop }";

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    private static InetSocketAddress freeAddress() throws SocketException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private static String bind(InetSocketAddress address) {
        return "bind = \"127.0.0.1:" + address.getPort() + "\"";
    }

    private static void assertFree(InetSocketAddress address) throws SocketException {
        new DatagramSocket(address).close();
    }

    private static long closeNs(Engine engine) {
        long start = System.nanoTime();
        engine.close();
        return System.nanoTime() - start;
    }

    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, off", "inline, on", "pipelined, on"})
    void shouldCloseAtOnceWhenThereIsNothingToDo(String mode, String sqPoll) throws Exception {
        InetSocketAddress address = freeAddress();
        for (String idle : new String[] {"busy-spin", "backoff", "wait"}) {
            Engine engine = rig.start(UdpRig.config(
                    "mode = " + mode + ", idle = " + idle + ", uring { sqpoll = " + sqPoll + " }",
                    bind(address),
                    DROP));
            long took = closeNs(engine);
            assertTrue(took < 1_500_000_000, () -> idle + ": " + took + " ns");
            assertFree(address);
            Accounts.assertHome(engine.statistics());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldLeaveThePortWhenStageCannotStart(String mode) throws Exception {
        InetSocketAddress address = freeAddress();
        Stage refuses = new Stage() {
            @Override
            public void onStart() {
                throw new IllegalStateException("no licence");
            }

            @Override
            public void onFrame(Frame frame) {}
        };
        EngineException failure = assertThrows(
                EngineException.class,
                () -> rig.start(UdpRig.config("mode = " + mode, bind(address), DROP), "refuses", refuses));
        assertTrue(failure.getMessage().contains("no licence"), failure::getMessage);
        assertFree(address);
    }

    @Test
    void shouldLeaveThePortWhenAnotherCannotBeOpened() throws Exception {
        InetSocketAddress address = freeAddress();
        try (DatagramSocket owner = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            HostException failure = assertThrows(
                    HostException.class,
                    () -> rig.start(
                            "millrace { ports {"
                                    + " a { type = udp, " + bind(address) + " }, b { type = udp, bind = \"127.0.0.1:"
                                    + owner.getLocalPort()
                                    + "\" } }, pipeline = [" + DROP + "] }",
                            Map.of()));
            assertTrue(failure.getMessage().contains("port b"), failure::getMessage);
        }
        assertFree(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopByItselfWhenStageThrowsAndIsConfiguredTo(String mode) throws Exception {
        InetSocketAddress address = freeAddress();
        long[] seen = new long[1];
        Engine engine = rig.start(
                UdpRig.config("mode = " + mode + ", on-error = stop", bind(address), DROP), "throws", frame -> {
                    if (++seen[0] == 1_000) {
                        throw new IllegalStateException("frame 1000");
                    }
                });
        rig.add(Flood.of(address, 50));
        assertTrue(engine.awaitStop(20, TimeUnit.SECONDS));
        assertNotNull(engine.failure());
        Accounts.assertHome(engine.statistics());
        assertFree(address);
    }

    /** The memory stays mapped for the stage, and for the kernel, which may receive into it still. */
    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, off", "inline, on", "pipelined, on"})
    void shouldReturnFromCloseWhenStageNeverReturns(String mode, String gro) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        AtomicBoolean held = new AtomicBoolean(true);
        Engine engine = rig.start(
                UdpRig.config(
                        "mode = " + mode + ", ring-size = 64, drain-timeout = 300ms",
                        "frames = 64, buffers = 32, batch = 16, frame-size = 128KiB, gro = " + gro,
                        DROP),
                "stuck",
                frame -> {
                    entered.countDown();
                    while (held.get()) {
                        Thread.onSpinWait();
                    }
                    frame.buffer().putByte(0, (byte) 1); // the memory has to be there
                    left.countDown();
                });
        try (SegmentedSender sender = new SegmentedSender(UdpRig.address(engine), 50)) {
            for (int i = 0; i < 100; i++) {
                sender.send(new byte[500]);
            }
        }
        assertTrue(entered.await(10, TimeUnit.SECONDS));
        try (LogCapture log = new LogCapture()) {
            long took = closeNs(engine);
            assertTrue(took < 8_000_000_000L, () -> took + " ns");
            assertEquals(1, log.lines("does not return from its stage").size(), log::text);
        } finally {
            held.set(false);
        }
        assertTrue(left.await(10, TimeUnit.SECONDS), "wrote to its frame");
        Accounts.assertSettled(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopInOrderWhenClosedByInterruptedThread(String mode) throws Exception {
        InetSocketAddress address = freeAddress();
        Engine engine = rig.start(UdpRig.config("mode = " + mode, bind(address), UdpRig.ECHO));
        rig.add(Flood.of(address, 50));
        Await.until("receiving", () -> UdpRig.port(engine).get(PortCounter.RX_FRAMES) > 1_000);
        boolean stillInterrupted = Await.background(() -> {
                    Thread.currentThread().interrupt();
                    engine.close();
                    return Thread.interrupted();
                })
                .get(20, TimeUnit.SECONDS);
        assertTrue(stillInterrupted);
        Accounts.assertHome(engine.statistics());
        assertFree(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined, wait-strategy = blocking"})
    void shouldGoOnWhenStageInterruptsItsThread(String engineConfig) {
        Engine engine = rig.start(
                UdpRig.config(engineConfig, "", UdpRig.ECHO),
                "interrupt",
                frame -> Thread.currentThread().interrupt());
        UdpClient client = rig.client(engine);
        for (int i = 0; i < 100; i++) {
            assertArrayEquals(new byte[] {(byte) i}, client.ask(new byte[] {(byte) i}));
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @Test
    @RootOnly
    void shouldStopWhenItsInterfaceIsGone() throws Exception {
        try (Rig veth = Rig.create()) {
            Engine engine = veth.start(UdpRig.config(
                    "idle = wait, drain-timeout = 500ms",
                    "bind = \"10.99.0.2:9000\", gso = on, zero-copy-above = 0",
                    UdpRig.ECHO));
            Flood flood = Flood.of(
                    veth.left()
                            .namespace()
                            .call(() -> UdpClient.to(
                                    new InetSocketAddress(veth.right().ipv4Address(), Rig.UDP_PORT))),
                    100);
            Await.until("forwarded", () -> UdpRig.port(engine).get(PortCounter.FORWARDED) > 1_000);
            flood.stop();
            veth.removeInterfaces();
            assertTrue(closeNs(engine) < 8_000_000_000L);
            Accounts.assertHome(engine.statistics());
        }
    }
}
