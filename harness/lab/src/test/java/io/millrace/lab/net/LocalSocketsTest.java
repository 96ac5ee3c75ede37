package io.millrace.lab.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalSocketsTest {
    private static final List<String> LINES = List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0"
                    + " 100 0 0 10",
            "   1: 0100007F:2329 0100007F:2328 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0"
                    + " 100 0 0 10");

    @Test
    void shouldTellListeningFromConnected() {
        assertTrue(LocalSockets.has(LINES, 0x2328, true));
        assertFalse(LocalSockets.has(LINES, 0x2329, true));
        assertTrue(LocalSockets.has(LINES, 0x2329, false));
        assertFalse(LocalSockets.has(LINES, 0x232a, false));
    }

    @Test
    void shouldTellPacketSocketsThatReceive() {
        String header = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode";
        String idle = "00000000abcdef01 3      3    0000   0     0 0      0      41";
        assertFalse(LocalSockets.hasPacketSocket(List.of()));
        assertFalse(LocalSockets.hasPacketSocket(List.of(header, idle)));
        assertTrue(LocalSockets.hasPacketSocket(
                List.of(header, idle, "00000000abcdef02 3      3    0800   2     1 0      0      42")));
    }

    @Test
    void shouldSeeWhatWaitsToBeReceived() throws Exception {
        try (DatagramChannel socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            assertEquals(0, LocalSockets.udpReceiveQueueBytes(port));
            socket.send(ByteBuffer.allocate(500), socket.getLocalAddress());
            assertTrue(LocalSockets.udpReceiveQueueBytes(port) >= 500);
            socket.receive(ByteBuffer.allocate(500));
            assertEquals(0, LocalSockets.udpReceiveQueueBytes(port));
        }
    }

    @Test
    void shouldSeeUdpSocketAppearAndGo() throws Exception {
        int port;
        try (DatagramChannel socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            assertTrue(LocalSockets.isUdpBound(port));
        }
        assertFalse(LocalSockets.isUdpBound(port));
    }

    @Test
    void shouldSeeTcpSocketListen() throws Exception {
        try (ServerSocketChannel socket = ServerSocketChannel.open()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            assertTrue(LocalSockets.isTcpListening(port));
        }
    }
}
