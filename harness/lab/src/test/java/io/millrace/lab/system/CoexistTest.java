package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules do not match is the kernel's, also while the engine is busy on the same interface. */
@RootOnly
@Timeout(60)
class CoexistTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final int TCP_PORT = 8080;
    private static final int PING_MS = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {"attach = native", "attach = skb"})
    void shouldLeavePingAndTcpAloneWhileItRunsFlatOut(String port) throws Exception {
        Engine engine = rig.start(Rig.config("", port, "{ stage = reflect }, { stage = forward, to = p }"));
        Load load = port.contains("skb") ? null : rig.load(); // the generator's frames need native XDP, or GRO
        if (load != null) {
            Await.until("busy", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > 10_000);
        }
        for (InetAddress address :
                new InetAddress[] {rig.right().ipv4Address(), rig.right().ipv6Address()}) {
            Await.until(
                    "answered a ping of " + address,
                    () -> rig.left().namespace().ping(address, PING_MS));
            assertTcpWorks(address);
        }
        long received = Rig.port(engine).get(PortCounter.RX_FRAMES);
        if (load != null) {
            Await.until("still busy", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > received + 10_000);
            load.stop();
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertTrue(AfXdpStatistics.of(engine.statistics().ports().getFirst()).passed() > 0);
    }

    private static void assertTcpWorks(InetAddress address) throws Exception {
        byte[] data = new byte[300_000];
        new Random(1).nextBytes(data);
        try (ServerSocket server = rig.right().namespace().call(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress(address, TCP_PORT));
                    return socket;
                });
                Socket client = rig.left().namespace().call(() -> new Socket())) {
            CompletableFuture<Void> echo = Await.background(() -> {
                try (Socket peer = server.accept()) {
                    byte[] received = new DataInputStream(peer.getInputStream()).readNBytes(data.length);
                    new DataOutputStream(peer.getOutputStream()).write(received);
                }
                return null;
            });
            rig.left().namespace().run(() -> client.connect(new InetSocketAddress(address, TCP_PORT), 20_000));
            client.getOutputStream().write(data);
            byte[] back = client.getInputStream().readNBytes(data.length);
            echo.get(20, TimeUnit.SECONDS);
            assertEquals(data.length, back.length);
            assertArrayEquals(data, back);
        }
    }
}
