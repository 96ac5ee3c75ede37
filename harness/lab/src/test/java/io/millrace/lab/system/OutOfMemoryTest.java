package io.millrace.lab.system;

import io.millrace.testing.Slow;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Behind a UDP port. */
@Slow
@Timeout(60)
class OutOfMemoryTest extends OutOfMemoryBehaviour {
    private InetSocketAddress address;

    @BeforeEach
    void choose() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @Override
    String config(String engine, String pipeline) {
        return UdpRig.config(engine, "bind = \"127.0.0.1:" + address.getPort() + "\"", pipeline);
    }

    @Override
    ChildJvm start(List<String> classAndArguments) throws Exception {
        return ChildJvm.start(folder, List.of(), classAndArguments);
    }

    @Override
    UdpClient client() {
        return UdpClient.to(address);
    }

    @Override
    void checkHost() {}
}
