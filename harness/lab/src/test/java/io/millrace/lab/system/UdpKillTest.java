package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.Namespace;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kill -9 under load: the port is free within a second, and the next engine serves it. */
@RootOnly
@Timeout(120)
class UdpKillTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9_000);
    private static final int ROUNDS = 3;
    private static final long SECOND_NS = 1_000_000_000;

    /** The process that is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Engine engine = Engine.builder(EngineConfig.load(Path.of(args[0]))).start();
            System.out.println("started");
            while (engine.failure() == null && UdpRig.port(engine).get(PortCounter.FORWARDED) < 1_000) {
                Thread.sleep(1);
            }
            System.out.println(engine.failure() == null ? "forwarding" : "failed");
            engine.awaitStop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zero-copy-above = 0, gso = on", UdpRig.COALESCED})
    void shouldGiveThePortBackAndStartAgainAtOnce(String port, @TempDir Path folder) throws Exception {
        String text = UdpRig.config("", "bind = \"127.0.0.1:" + ADDRESS.getPort() + "\", " + port, UdpRig.ECHO);
        Path config = Files.writeString(folder.resolve("engine.conf"), text);
        try (Namespace namespace = Namespace.create("udp")) {
            for (int round = 0; round < ROUNDS; round++) {
                try (ChildJvm victim = ChildJvm.start(
                        namespace, folder, List.of(), List.of(Victim.class.getName(), config.toString()))) {
                    victim.awaitLine("started");
                    Flood flood = Flood.of(namespace.call(() -> UdpClient.to(ADDRESS)), 500);
                    try {
                        victim.awaitLine("forwarding");
                        victim.kill();
                    } finally {
                        flood.stop();
                    }
                    namespace.run(() -> awaitFree());
                }
            }
            Engine engine = Rig.startOne(namespace, text, Map.of());
            try (engine;
                    UdpClient client = namespace.call(() -> UdpClient.to(ADDRESS))) {
                assertArrayEquals(new byte[] {7}, client.ask(new byte[] {7}));
            }
            Accounts.assertHome(engine.statistics());
        }
    }

    private static void awaitFree() throws Exception {
        long deadline = System.nanoTime() + SECOND_NS;
        boolean free = false;
        while (!free) {
            try (DatagramSocket socket = new DatagramSocket(ADDRESS)) {
                free = socket.isBound();
            } catch (BindException e) {
                assertTrue(System.nanoTime() - deadline < 0, "free within a second");
            }
        }
    }
}
