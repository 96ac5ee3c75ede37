package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Lease;
import io.millrace.lab.net.Ethtool;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends without a copy: a frame's memory, locked for them, is the kernel's until its notification has come. */
@RootOnly
@Timeout(120)
class UdpZeroCopyTest {
    private static final int COUNT = 100_000;
    private static final int LONGEST = 1_472;
    /** Fewer than wait there at most. */
    private static final int HELD = 20;
    /** Of the right end's network, and nobody has it: what goes there waits in the kernel for an answer to ARP. */
    private static final String ABSENT = "10.99.0.77";

    private static final int ABSENT_PORT = 7_000;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource({
        "inline, 4, off, 0",
        "pipelined, 4, on, 0",
        "inline, 6, on, 0",
        "pipelined, 6, off, 700",
        "inline, 4, on, 700"
    })
    void shouldEchoWithoutCopies(String mode, int family, String gso, int above) {
        Engine engine = rig.start(UdpRig.config(
                "mode = " + mode,
                (family == 4 ? UdpRig.IPV4 : UdpRig.IPV6) + ", zero-copy-above = " + above + ", gso = " + gso,
                UdpRig.ECHO));
        new EchoWindow(rig.client(engine), LONGEST, 128, family).run(COUNT);
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(COUNT, last.get(PortCounter.TX_FRAMES), last::toString);
        assertEquals(0, last.get(PortCounter.TX_FAILED), last::toString);
        long zeroCopy = last.get(PortCounter.TX_ZERO_COPY);
        assertTrue(above == 0 ? zeroCopy > 0.99 * COUNT : zeroCopy > 0.3 * COUNT, last::toString); // not empty ones
        assertTrue(last.get(PortCounter.TX_ZERO_COPY_COPIED) <= zeroCopy, last::toString);
    }

    /** A packet consists of few pages: more datagrams than that can't leave in one send without a copy. */
    @ParameterizedTest
    @CsvSource({"inline, 2KiB, 4096, 100", "pipelined, 2KiB, 4096, 1000", "inline, 128KiB, 128, 1000"})
    void shouldSendManyOfOneLengthInOneBurst(String mode, String frameSize, int frames, int length) {
        Engine engine = rig.start(UdpRig.config(
                "mode = " + mode,
                "zero-copy-above = 0, gso = on, gro = "
                        + (frames < 1024 ? "on" : "off") + ", frame-size = " + frameSize + ", frames = " + frames
                        + ", buffers = "
                        + frames / 2,
                UdpRig.ECHO));
        int burst = 60;
        for (int round = 0; round < 100; round++) {
            try (SegmentedSender sender = new SegmentedSender(UdpRig.address(engine), length)) {
                sender.send(new byte[burst * length]);
            }
            int target = burst * (round + 1);
            Await.until("sent " + target, () -> UdpRig.port(engine).get(PortCounter.FORWARDED) == target);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(0, last.get(PortCounter.TX_FAILED), last::toString);
        assertEquals(100 * burst, last.get(PortCounter.TX_FRAMES), last::toString);
        assertTrue(last.get(PortCounter.TX_SEGMENTED) > 0, last::toString);
    }

    private static String relay(String engine, String more) {
        return UdpRig.config(
                engine,
                "bind = \"0.0.0.0:9000\", remote = \"" + ABSENT + ":" + ABSENT_PORT + "\", zero-copy-above = 0, "
                        + more,
                "{ stage = forward, to = p }");
    }

    /** Without the card's checksums the kernel would copy. */
    private static Rig rigWithChecksums() {
        Rig veth = Rig.create();
        try (Ethtool ethtool = veth.right().ethtool()) {
            ethtool.transmitChecksumOffload(true);
        }
        return veth;
    }

    private UdpClient client(Rig veth) {
        return rig.add(veth.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(veth.right().ipv4Address(), Rig.UDP_PORT))));
    }

    private void sendSome(Rig veth) {
        UdpClient client = client(veth);
        for (int i = 0; i < HELD; i++) {
            byte[] payload = new byte[1_000 + i];
            Arrays.fill(payload, (byte) i);
            client.send(payload);
        }
    }

    private static long held(Engine engine) {
        PortStatistics port = UdpRig.port(engine);
        return port.frames().total() - port.frames().free() - port.frames().inRings();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepFramesUntilTheKernelHasLetGoOfThem(String mode) throws Exception {
        try (Rig veth = rigWithChecksums()) {
            Engine engine = veth.start(relay("mode = " + mode, "gso = off"));
            sendSome(veth);
            Await.until("on their way", () -> UdpRig.port(engine).get(PortCounter.FORWARDED) == HELD);
            assertEquals(HELD, held(engine), () -> UdpRig.port(engine).toString());
            CompletableFuture<Void> closing = Await.background(() -> {
                engine.close();
                return null;
            });
            Thread.sleep(200);
            assertFalse(closing.isDone(), "the kernel holds frames");
            Shell.run(veth.left().namespace(), "ip", "address", "add", ABSENT + "/32", "dev", "left0");
            UdpClient receiver = rig.add(veth.left()
                    .namespace()
                    .call(() ->
                            UdpClient.bound(new InetSocketAddress(InetAddress.ofLiteral(ABSENT), ABSENT_PORT), null)));
            for (int i = 0; i < HELD; i++) {
                byte[] expected = new byte[1_000 + i];
                Arrays.fill(expected, (byte) i);
                assertArrayEquals(expected, receiver.receive());
            }
            closing.get(20, TimeUnit.SECONDS);
            Accounts.assertHome(engine.statistics());
            assertEquals(HELD, UdpRig.port(engine).get(PortCounter.TX_ZERO_COPY));
        }
    }

    /** What never is let go of stays mapped, and the engine closes all the same. */
    @Test
    void shouldLeaveTheMemoryMappedWhenTheKernelHoldsIt() throws Exception {
        try (Rig veth = rigWithChecksums()) {
            veth.right()
                    .namespace()
                    .run(() -> Files.writeString(
                            Path.of("/proc/sys/net/ipv4/neigh/right0/mcast_solicit"), "60")); // a minute
            AtomicReference<Lease> kept = new AtomicReference<>();
            Engine engine = veth.start(relay("drain-timeout = 300ms", ""), Map.of("keep", frame -> {
                if (kept.get() == null) {
                    kept.set(frame.lease());
                }
            }));
            sendSome(veth);
            try (LogCapture log = new LogCapture()) {
                Await.until("on their way", () -> UdpRig.port(engine).get(PortCounter.FORWARDED) == HELD - 1);
                long start = System.nanoTime();
                engine.close();
                long took = System.nanoTime() - start;
                assertTrue(took < TimeUnit.SECONDS.toNanos(8), () -> took + " ns");
                assertEquals(1, log.lines("the kernel has not let go").size(), log::text);
            }
            Accounts.assertSettled(engine.statistics());
            assertEquals(1, UdpRig.port(engine).frames().leased());
            assertEquals(0, kept.get().segment().get(ValueLayout.JAVA_BYTE, 0), "still mapped");
        }
    }

    /** The route takes no segments of that length: the kernel refuses the send, and its datagrams leave one by one. */
    @ParameterizedTest
    @CsvSource({"inline, off", "inline, 0", "pipelined, off", "pipelined, 0"})
    void shouldSendOneByOneWhereTheRouteTakesNoSegments(String mode, String zeroCopyAbove) {
        try (Rig veth = rigWithChecksums()) {
            Shell.run(
                    veth.right().namespace(),
                    "ip",
                    "route",
                    "replace",
                    veth.left().ipv4() + "/32",
                    "dev",
                    "right0",
                    "mtu",
                    "lock",
                    "1280");
            Engine engine = veth.start(UdpRig.config(
                    "mode = " + mode,
                    "bind = \"0.0.0.0:9000\", gso = on," + " zero-copy-above = " + zeroCopyAbove,
                    UdpRig.ECHO));
            UdpClient client = client(veth);
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < HELD; i++) {
                    byte[] payload = new byte[i == HELD - 1 ? 100 : 1_400];
                    Arrays.fill(payload, (byte) i);
                    client.send(payload);
                }
                long sum = 0;
                for (int i = 0; i < HELD; i++) {
                    sum += client.receive()[0];
                }
                assertEquals(HELD * (HELD - 1) / 2, sum);
            }
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(10 * HELD, UdpRig.port(engine).get(PortCounter.TX_FRAMES));
            assertEquals(0, UdpRig.port(engine).get(PortCounter.TX_FAILED));
        }
    }
}
