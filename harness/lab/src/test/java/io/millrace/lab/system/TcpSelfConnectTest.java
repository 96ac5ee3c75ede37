package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Engine;
import io.millrace.lab.net.Namespace;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A port that connects to a port of its own host while nobody listens there. With four ephemeral ports the kernel soon
 * gives the socket the port that it connects to, and connects it with itself.
 */
@RootOnly
@Timeout(60)
class TcpSelfConnectTest {
    private static final Path EPHEMERAL_PORTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int PORT = 40_000;
    private static final int ATTEMPTS = 40;
    private static final byte[] BYTES = {1, 2, 3, 4};

    private final TcpRig rig = new TcpRig();
    private Namespace namespace;

    @BeforeEach
    void open() {
        namespace = Namespace.create("self-connect");
        namespace.run(() -> Files.writeString(EPHEMERAL_PORTS, PORT + " " + (PORT + 3)));
    }

    @AfterEach
    void close() {
        rig.close();
        namespace.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]"})
    void shouldNotTakeItselfForItsPeer(String host) throws Exception {
        String config = TcpRig.config(
                "idle = wait",
                "bind = none, connect = \"" + host + ":" + PORT + "\", reconnect-min = 5ms, reconnect-max = 5ms",
                TcpRig.ECHO);
        Engine engine = namespace.call(() -> rig.start(config));
        Await.until("attempts", () -> TcpRig.get(engine, PortCounter.FAILED) >= ATTEMPTS);
        assertEquals(0, TcpRig.get(engine, PortCounter.CONNECTED));
        InetAddress address = InetAddress.getByName(host);
        try (ServerSocket server = namespace.call(() -> new ServerSocket(PORT, 1, address));
                Socket peer = server.accept()) {
            peer.getOutputStream().write(BYTES);
            assertArrayEquals(BYTES, peer.getInputStream().readNBytes(BYTES.length));
            assertEquals(1, TcpRig.get(engine, PortCounter.CONNECTED));
        }
    }
}
