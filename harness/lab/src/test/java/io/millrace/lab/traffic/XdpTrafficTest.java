package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.testing.RootOnly;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@RootOnly
class XdpTrafficTest {
    private static final int PORT = 9_000;
    private static final int LENGTH = 100;

    private static Namespace left;
    private static Namespace right;
    private static VethPair pair;

    @BeforeAll
    static void open() {
        left = Namespace.create("left");
        right = Namespace.create("right");
        pair = VethPair.between(left, right).create();
    }

    @AfterAll
    static void close() {
        pair.close();
        left.close();
        right.close();
    }

    private static XdpTraffic openTraffic() {
        FrameTemplate frame = FrameTemplate.udp()
                .macs(pair.left().mac(), pair.right().mac())
                .ips(pair.left().ipv4Address(), pair.right().ipv4Address())
                .ports(5_000, PORT)
                .length(LENGTH)
                .build();
        return left.call(() -> XdpTraffic.open(pair.left().interfaceName(), frame));
    }

    /** The kernel drops datagrams whose checksum is wrong. */
    @Test
    void shouldBeReceivedByOrdinarySocketInOrderAndIntact() throws Exception {
        int count = 70_000; // more than 65,536: the sequence number's second word changes too
        try (DatagramChannel socket = right.call(DatagramChannel::open);
                XdpTraffic traffic = openTraffic()) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, 64 << 20);
            socket.bind(new InetSocketAddress(pair.right().ipv4Address(), PORT));
            CompletableFuture<Void> receiver = CompletableFuture.runAsync(() -> receive(socket, count));
            TrafficReport report = traffic.send(TrafficPlan.frames(count).at(50_000));
            assertEquals(count, report.sent());
            assertEquals(0, report.refused());
            assertEquals((long) count * LENGTH, report.sentBytes());
            receiver.get(20, TimeUnit.SECONDS);
        }
    }

    private static void receive(DatagramChannel socket, int count) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(2_048);
        for (long expected = 0; expected < count; expected++) {
            buffer.clear();
            try {
                socket.receive(buffer);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException("after " + expected + " datagrams", e);
            }
            assertEquals(expected, buffer.getLong(0));
            for (int i = Long.BYTES; i < buffer.position(); i++) {
                assertEquals(FrameTemplate.pattern(i), buffer.get(i));
            }
        }
    }

    @Test
    void shouldSendFlatOutUntilStopped() throws Exception {
        try (XdpTraffic traffic = openTraffic()) {
            CompletableFuture<TrafficReport> run =
                    CompletableFuture.supplyAsync(() -> traffic.send(TrafficPlan.endless()));
            Thread.sleep(300);
            traffic.stop();
            TrafficReport report = run.get(5, TimeUnit.SECONDS);
            assertTrue(report.sent() > 1_000, report::toString);
        }
    }

    @Test
    void shouldTellProgressEverySecond() {
        int[] calls = new int[1];
        try (XdpTraffic traffic = openTraffic()) {
            TrafficReport report =
                    traffic.send(TrafficPlan.lasting(Duration.ofMillis(2_500)).at(1_000), soFar -> calls[0]++);
            assertTrue(report.sent() <= 2_500, report::toString);
        }
        assertEquals(2, calls[0]);
    }

    @Test
    void shouldLeaveNoProgramOnTheInterface() {
        try (XdpTraffic traffic = openTraffic()) {
            assertEquals(10, traffic.send(TrafficPlan.frames(10)).sent());
            assertFalse(pair.left().hasXdpProgram());
        }
    }

    @Test
    void shouldSayThatQueueIsTaken() {
        try (XdpTraffic first = openTraffic()) {
            HostException failure = assertThrows(HostException.class, XdpTrafficTest::openTraffic);
            assertTrue(failure.getMessage().contains("held by another AF_XDP socket"), failure.getMessage());
            assertEquals(1, first.send(TrafficPlan.frames(1)).sent());
        }
        openTraffic().close();
    }

    @Test
    void shouldNameInterfaceThatIsNotThere() {
        FrameTemplate frame = FrameTemplate.udp()
                .macs(pair.left().mac(), pair.right().mac())
                .ips(pair.left().ipv4Address(), pair.right().ipv4Address())
                .build();
        HostException failure =
                assertThrows(HostException.class, () -> left.call(() -> XdpTraffic.open("none0", frame)));
        assertTrue(failure.getMessage().startsWith("interface none0 is not there"), failure.getMessage());
    }
}
