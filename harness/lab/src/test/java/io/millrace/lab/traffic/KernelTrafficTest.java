package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import io.millrace.lab.net.LinkCounters;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RootOnly
@Timeout(60)
class KernelTrafficTest {
    private static final int PORT = 9_000;
    /** Joining the IPv6 groups is told to the routers. */
    private static final long FRAMES_OF_OTHERS = 6;

    private static Namespace left;
    private static Namespace right;
    private static VethPair pair;

    @BeforeAll
    static void open() {
        left = Namespace.create("left");
        right = Namespace.create("right");
        pair = VethPair.between(left, right).receiveWithoutProgram().create();
    }

    @AfterAll
    static void close() {
        pair.close();
        left.close();
        right.close();
    }

    private static FrameTemplate.Builder frame() {
        return FrameTemplate.udp()
                .macs(pair.left().mac(), pair.right().mac())
                .ips(pair.left().ipv4Address(), pair.right().ipv4Address())
                .ports(5_000, PORT);
    }

    private static KernelTraffic open(FrameTemplate.Builder frame) {
        return left.call(() -> KernelTraffic.open(pair.left().interfaceName(), frame.build()));
    }

    @Test
    void shouldSendExactlyWhatWasAskedFor() {
        try (KernelTraffic traffic = open(frame())) {
            for (long count : new long[] {1, 63, 64, 65, 1_000_003}) {
                LinkCounters before = pair.right().counters();
                TrafficReport report = traffic.send(TrafficPlan.frames(count));
                assertEquals(count, report.sent());
                assertEquals(count * 64, report.sentBytes());
                long received = pair.right().counters().since(before).rxPackets();
                assertTrue(received >= count && received <= count + FRAMES_OF_OTHERS, count + " sent, " + received);
            }
        }
    }

    @Test
    void shouldBeReceivedByOrdinarySocketInOrderAndIntact() throws Exception {
        assertReceived(frame().length(200), pair.right().ipv4Address());
    }

    @Test
    void shouldBeReceivedOverIpv6() throws Exception {
        assertReceived(
                frame().ips(pair.left().ipv6Address(), pair.right().ipv6Address())
                        .length(200),
                pair.right().ipv6Address());
    }

    /**
     * The kernel drops datagrams whose checksum is wrong: each arrives only with the one of its sequence number. Burst
     * by burst, because the socket's queue holds some fifty of these frames and a busy machine keeps the reader from
     * it.
     */
    private static void assertReceived(FrameTemplate.Builder frame, InetAddress address) throws Exception {
        int burst = 32;
        int bursts = 2_200; // more than 65,536 datagrams: the sequence number's second word changes too
        try (DatagramChannel socket = right.call(DatagramChannel::open);
                KernelTraffic traffic = open(frame)) {
            socket.bind(new InetSocketAddress(address, PORT));
            for (int i = 0; i < bursts; i++) {
                assertEquals(burst, traffic.send(TrafficPlan.frames(burst)).sent());
                receive(socket, i * burst, burst);
            }
        }
    }

    private static void receive(DatagramChannel socket, long firstSequence, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(2_048);
        for (long expected = firstSequence; expected < firstSequence + count; expected++) {
            buffer.clear();
            socket.receive(buffer);
            assertEquals(expected, buffer.getLong(0));
            for (int i = Long.BYTES; i < buffer.position(); i++) {
                assertEquals(FrameTemplate.pattern(i), buffer.get(i));
            }
        }
    }

    @Test
    void shouldKeepThePace() {
        try (KernelTraffic traffic = open(frame())) {
            TrafficReport report =
                    traffic.send(TrafficPlan.lasting(Duration.ofSeconds(1)).at(50_000));
            // Never faster; how much slower is up to who else uses the machine.
            assertTrue(report.sent() >= 10_000 && report.sent() <= 50_000, report::toString);
            assertTrue(report.durationNs() >= 1_000_000_000L, report::toString);
        }
    }

    @Test
    void shouldGoOnWithSequenceNumbersFromRunToRun() throws Exception {
        try (DatagramChannel socket = right.call(DatagramChannel::open);
                KernelTraffic traffic = open(frame())) {
            socket.bind(new InetSocketAddress(pair.right().ipv4Address(), PORT));
            traffic.send(TrafficPlan.frames(10));
            traffic.send(TrafficPlan.frames(10));
            receive(socket, 0, 20);
        }
    }

    @Test
    void shouldStopWhenAsked() throws Exception {
        try (KernelTraffic traffic = open(frame())) {
            CompletableFuture<TrafficReport> run =
                    CompletableFuture.supplyAsync(() -> traffic.send(TrafficPlan.endless()));
            Thread.sleep(200);
            traffic.stop();
            TrafficReport report = run.get(5, TimeUnit.SECONDS);
            assertTrue(report.sent() > 0, report::toString);
        }
    }

    @Test
    void shouldTellProgressEverySecond() {
        int[] calls = new int[1];
        try (KernelTraffic traffic = open(frame())) {
            traffic.send(TrafficPlan.lasting(Duration.ofMillis(2_500)).at(1_000), soFar -> calls[0]++);
        }
        assertTrue(calls[0] == 1 || calls[0] == 2, "calls: " + calls[0]);
    }

    @Test
    void shouldSayWhyNothingIsTaken() {
        FrameTemplate back = FrameTemplate.udp()
                .macs(pair.right().mac(), pair.left().mac())
                .ips(pair.right().ipv4Address(), pair.left().ipv4Address())
                .build();
        // The left end has neither a program nor GRO.
        try (KernelTraffic traffic =
                right.call(() -> KernelTraffic.open(pair.right().interfaceName(), back))) {
            HostException failure = assertThrows(HostException.class, () -> traffic.send(TrafficPlan.frames(100)));
            assertTrue(failure.getMessage().contains("XDP program or GRO"), failure.getMessage());
        }
    }

    @Test
    void shouldNameInterfaceThatIsNotThere() {
        HostException failure =
                assertThrows(HostException.class, () -> left.call(() -> KernelTraffic.open("none0", frame().build())));
        assertTrue(failure.getMessage().startsWith("interface none0 is not there"), failure.getMessage());
    }
}
