package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams that share one buffer: each has leases, a length and a way of its own. */
@Timeout(60)
class UdpLeaseTest {
    private static final int LENGTH = 100;
    private static final int EACH = 20;
    private static final int BUFFERS = 6;
    private static final int FRAME_SIZE = 128 << 10;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    private static String config(String mode, String pipeline) {
        return UdpRig.config(
                        "mode = " + mode, "gro = on, gso = on, frame-size = 128KiB, frames = 8, buffers = 4", pipeline)
                .replace("millrace {", "millrace { leases.max = 1024, ");
    }

    /** Datagram {@code n} is filled with n. */
    private static byte[] burst(int first) {
        byte[] bytes = new byte[EACH * LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i / LENGTH);
        }
        return bytes;
    }

    private static final class Keep implements Stage {
        private final List<Lease> leases = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> buffers = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onFrame(Frame frame) {
            leases.add(frame.lease());
            buffers.add(frame.address() / FRAME_SIZE);
        }
    }

    private static void assertIntact(Lease lease, int number) {
        byte[] expected = new byte[LENGTH];
        Arrays.fill(expected, (byte) number);
        assertArrayEquals(expected, lease.segment().toArray(ValueLayout.JAVA_BYTE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCloseLeasesOfOneBufferInAnyOrderOnAnyThread(String mode) throws Exception {
        Keep keep = new Keep();
        UdpClient receiver = rig.add(UdpClient.at(InetAddress.ofLiteral("127.0.0.1")));
        Engine engine = rig.start(
                config(mode, "{ stage = forward, to = p }")
                        .replace(
                                "type = udp,",
                                "type = udp, remote = \"127.0.0.1:"
                                        + receiver.localAddress().getPort() + "\","),
                "keep",
                keep);
        try (SegmentedSender sender = new SegmentedSender(UdpRig.address(engine), LENGTH)) {
            for (int i = 0; i < BUFFERS; i++) {
                sender.send(burst(i * EACH));
            }
        }
        Await.until("leased", () -> keep.leases.size() == BUFFERS * EACH);
        assertEquals(BUFFERS, keep.buffers.stream().collect(Collectors.toSet()).size(), "several in a buffer");
        for (int i = 0; i < BUFFERS * EACH; i++) {
            assertIntact(keep.leases.get(i), i);
        }
        closeShuffled(keep.leases);
        boolean[] seen = new boolean[BUFFERS * EACH];
        for (int i = 0; i < seen.length; i++) {
            byte[] datagram = receiver.receive();
            assertEquals(LENGTH, datagram.length);
            assertTrue(!seen[datagram[0]] && datagram[LENGTH - 1] == datagram[0]);
            seen[datagram[0]] = true;
        }
        Await.until("home", () -> UdpRig.port(engine).frames().leased() == 0);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(BUFFERS * EACH, UdpRig.port(engine).get(PortCounter.RX_COALESCED));
    }

    private static void closeShuffled(List<Lease> leases) throws InterruptedException {
        List<Lease> shuffled = new ArrayList<>(leases);
        Collections.shuffle(shuffled, new Random(2));
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            List<Lease> mine = shuffled.subList(t * shuffled.size() / 3, (t + 1) * shuffled.size() / 3);
            threads.add(Thread.ofPlatform().start(() -> mine.forEach(Lease::close)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** One lease keeps the whole buffer, and nothing else does. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountLeasesOfBuffersThatAreNeverClosed(String mode) {
        List<Lease> leases = Collections.synchronizedList(new ArrayList<>());
        Engine engine = rig.start(config(mode, "{ stage = drop }"), "some", frame -> {
            if (frame.buffer().getByte(0) % 7 == 3) {
                leases.add(frame.lease());
            }
        });
        try (SegmentedSender sender = new SegmentedSender(UdpRig.address(engine), LENGTH)) {
            for (int i = 0; i < 3; i++) {
                sender.send(burst(0));
            }
        }
        Await.until("leased", () -> leases.size() == 9);
        Await.until("settled", () -> UdpRig.port(engine).frames().leased() == 9);
        engine.close();
        Accounts.assertSettled(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(9, last.frames().leased(), last::toString);
        assertEquals(8 - 3, last.frames().free(), "three in each of three buffers");
        assertEquals(3 * EACH - 9, last.get(PortCounter.DROPPED_BY_STAGE), last::toString);
        leases.forEach(lease ->
                assertThrows(RuntimeException.class, () -> lease.segment().get(ValueLayout.JAVA_BYTE, 0)));
        leases.forEach(Lease::close); // does nothing any more
        assertEquals(9, UdpRig.port(engine).frames().leased());
    }

    /** What one datagram is made to hold ends where the next one starts. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepDatagramsOfOneBufferApart(String mode) {
        List<Integer> capacities = Collections.synchronizedList(new ArrayList<>());
        List<byte[]> found = Collections.synchronizedList(new ArrayList<>());
        Engine engine = rig.start(config(mode, "{ stage = drop }"), "fill", frame -> {
            found.add(frame.segment().toArray(ValueLayout.JAVA_BYTE));
            capacities.add(frame.capacity());
            frame.length(frame.capacity());
            frame.segment().fill((byte) 0xee);
        });
        try (SegmentedSender sender = new SegmentedSender(UdpRig.address(engine), LENGTH)) {
            sender.send(Arrays.copyOf(burst(0), EACH * LENGTH - 30));
        }
        Await.until("seen", () -> found.size() == EACH);
        for (int i = 0; i < EACH; i++) {
            byte[] expected = new byte[i == EACH - 1 ? LENGTH - 30 : LENGTH];
            Arrays.fill(expected, (byte) i);
            assertArrayEquals(expected, found.get(i));
        }
        assertEquals(Collections.nCopies(EACH - 1, LENGTH), capacities.subList(0, EACH - 1));
        assertTrue(capacities.getLast() > 60_000, "the last one has the rest");
        engine.close();
        Accounts.assertHome(engine.statistics());
    }
}
