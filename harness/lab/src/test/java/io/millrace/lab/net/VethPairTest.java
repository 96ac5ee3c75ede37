package io.millrace.lab.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.RootOnly;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RootOnly
class VethPairTest {
    private Namespace left;
    private Namespace right;

    @BeforeEach
    void open() {
        left = Namespace.create("left");
        right = Namespace.create("right");
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
    }

    @Test
    void shouldCarryIpv4AndIpv6BothWaysFromTheFirstPacketOn() {
        try (VethPair pair = VethPair.between(left, right).create()) {
            assertTrue(left.ping(pair.right().ipv4Address(), 2000));
            assertTrue(right.ping(pair.left().ipv4Address(), 2000));
            assertTrue(left.ping(pair.right().ipv6Address(), 2000));
            assertTrue(right.ping(pair.left().ipv6Address(), 2000));
        }
    }

    @Test
    void shouldCarryDatagramsOfOrdinarySockets() throws Exception {
        try (VethPair pair = VethPair.between(left, right).create();
                DatagramChannel receiver = right.call(DatagramChannel::open);
                DatagramChannel sender = left.call(DatagramChannel::open)) {
            receiver.bind(new InetSocketAddress(pair.right().ipv4Address(), 0));
            SocketAddress address = receiver.getLocalAddress();
            byte[] payload = {1, 2, 3, 4, 5};
            sender.send(ByteBuffer.wrap(payload), address);
            ByteBuffer received = ByteBuffer.allocate(64);
            receiver.receive(received);
            assertArrayEquals(payload, java.util.Arrays.copyOf(received.array(), received.position()));
        }
    }

    @Test
    void shouldSendNothingByItself() throws Exception {
        try (VethPair pair = VethPair.between(left, right).create()) {
            LinkCounters before = pair.right().counters();
            Thread.sleep(1500);
            // Joining the IPv6 groups is told to the routers twice; nothing else happens on the wire.
            assertTrue(
                    pair.right().counters().since(before).rxPackets() <= 4,
                    () -> pair.right().counters().toString());
        }
    }

    @Test
    void shouldHaveQueuesAndMtuAsAsked() {
        try (VethPair pair = VethPair.between(left, right)
                        .names("a0", "b0")
                        .queues(3)
                        .mtu(3000)
                        .create();
                Ethtool ethtool = pair.right().ethtool()) {
            Map<String, Long> statistics = ethtool.statistics();
            assertTrue(statistics.containsKey("rx_queue_2_xdp_packets"), statistics::toString);
            assertFalse(statistics.containsKey("rx_queue_3_xdp_packets"), statistics::toString);
            assertTrue(left.call(() -> Ip.run("link", "show", "dev", "a0")).contains("mtu 3000"));
        }
    }

    @Test
    void shouldSendWhatIsForAnAbsentNeighbourToTheLeftEndsDoor() throws Exception {
        try (VethPair pair = VethPair.between(left, right)
                        .withoutIpv6()
                        .rightNeighbour("10.99.0.77", "02:00:00:00:00:77")
                        .create();
                DatagramChannel sender = right.call(DatagramChannel::open)) {
            LinkCounters before = pair.left().counters();
            sender.send(ByteBuffer.wrap(new byte[64]), new InetSocketAddress("10.99.0.77", 9000));
            LinkCounters counted = pair.left().counters().since(before);
            assertEquals(1, counted.rxPackets());
            assertEquals(14 + 20 + 8 + 64, counted.rxBytes());
        }
    }

    @Test
    void shouldSeeWhetherAProgramIsAttached() {
        try (VethPair pair = VethPair.between(left, right).create()) {
            assertFalse(pair.right().hasXdpProgram());
        }
    }

    @Test
    void shouldRemoveBothEndsWhenClosed() {
        VethPair pair = VethPair.between(left, right).create();
        pair.close();
        assertThrows(IllegalArgumentException.class, pair.left()::counters);
        assertThrows(IllegalArgumentException.class, pair.right()::counters);
        pair.close();
    }

    @Test
    void shouldSayWhatIpSaidWhenTheNameIsTaken() {
        try (VethPair pair = VethPair.between(left, right).create()) {
            IllegalStateException failure = assertThrows(
                    IllegalStateException.class,
                    () -> VethPair.between(left, right)
                            .names(pair.left().interfaceName(), "other0")
                            .create());
            assertTrue(failure.getMessage().startsWith("ip link add left0"), failure.getMessage());
            assertTrue(failure.getMessage().contains("File exists"), failure.getMessage());
        }
    }

    @Test
    void shouldCountWhatTheInterfaceCarries() {
        try (VethPair pair = VethPair.between(left, right).create()) {
            LinkCounters before = pair.right().counters();
            assertTrue(left.ping(pair.right().ipv4Address(), 2000));
            assertEquals(1, pair.right().counters().since(before).txPackets());
        }
    }
}
