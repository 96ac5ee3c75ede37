package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;

class UdpTrafficTest {
    private static final int FRAME_LENGTH = 100;

    @Test
    void shouldSendDatagramsInOrderAtThePace() throws Exception {
        try (DatagramChannel receiver = DatagramChannel.open(StandardProtocolFamily.INET)) {
            receiver.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            receiver.bind(new InetSocketAddress("127.0.0.1", 0));
            InetSocketAddress destination = (InetSocketAddress) receiver.getLocalAddress();
            try (UdpTraffic traffic =
                    UdpTraffic.open(new InetSocketAddress("127.0.0.1", 0), destination, FRAME_LENGTH)) {
                TrafficReport report = traffic.send(TrafficPlan.frames(200).at(1_000));
                assertEquals(200, report.sent());
                assertEquals(200 * FRAME_LENGTH, report.sentBytes());
                assertTrue(report.durationNs() >= 190_000_000, report::toString);
            }
            ByteBuffer buffer = ByteBuffer.allocate(2_048);
            for (int i = 0; i < 200; i++) {
                buffer.clear();
                receiver.receive(buffer);
                assertEquals(FRAME_LENGTH - 42, buffer.position());
                assertEquals(i, buffer.getLong(0));
                assertEquals(FrameTemplate.pattern(8), buffer.get(8));
            }
        }
    }

    @Test
    void shouldRefuseFrameShorterThanItsHeaders() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> UdpTraffic.open(address, address, 41));
        assertTrue(failure.getMessage().contains("42 or more"), failure.getMessage());
    }
}
