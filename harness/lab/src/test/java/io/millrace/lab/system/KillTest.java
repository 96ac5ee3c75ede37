package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 under load: the interface is the kernel's again within a second, and the next engine starts at once. */
@Alone
@RootOnly
@Timeout(240)
class KillTest {
    private static final int ROUNDS = 10;
    private static final long SECOND_MS = 1_000;
    private static final int BEAT_MS = 20;

    /** The process that is killed. It starts its engine when it is told to. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            System.in.read();
            Engine engine = Engine.builder(EngineConfig.load(Path.of(args[0]))).start();
            while (engine.statistics().ports().getFirst().get(PortCounter.FORWARDED) < 1_000) {
                Thread.sleep(1);
            }
            System.out.println("forwarding");
            engine.awaitStop();
        }
    }

    @Test
    void shouldGiveTheInterfaceBackAndStartAgainAtOnce(@TempDir Path folder) throws Exception {
        Path config = Files.writeString(
                folder.resolve("engine.conf"), Rig.config("", "", "{ stage = reflect }, { stage = forward, to = p }"));
        try (Rig rig = Rig.create();
                DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
            client.connect(rig.right().ipv4Address(), Rig.UDP_PORT);
            ChildJvm next = startVictim(rig, folder, config);
            for (int round = 0; round < ROUNDS; round++) {
                try (ChildJvm victim = next) {
                    victim.tell("start");
                    next = startVictim(rig, folder, config); // its JVM starts meanwhile
                    Load load = beatUntilAttached(rig);
                    victim.awaitLine("forwarding");
                    victim.kill();
                    Await.until(
                            () -> "free of an XDP program", () -> !rig.right().hasXdpProgram(), SECOND_MS);
                    load.stop();
                    assertReachesTheKernel(rig, client);
                }
            }
            next.close();
        }
    }

    private static ChildJvm startVictim(Rig rig, Path folder, Path config) throws Exception {
        return ChildJvm.start(
                rig.right().namespace(), folder, List.of(), List.of(Victim.class.getName(), config.toString()));
    }

    /** The generator finds no receiver before the program is attached. */
    private static Load beatUntilAttached(Rig rig) {
        Await.until("attached", () -> rig.right().hasXdpProgram());
        return rig.load();
    }

    private static void assertReachesTheKernel(Rig rig, DatagramSocket client) throws Exception {
        byte[] question = "still there?".getBytes();
        long deadline = System.nanoTime() + SECOND_MS * 1_000_000;
        try (DatagramSocket server = rig.right()
                .namespace()
                .call(() -> new DatagramSocket(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)))) {
            server.setSoTimeout(BEAT_MS);
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            boolean received = false;
            while (!received && System.nanoTime() - deadline < 0) {
                client.send(new DatagramPacket(question, question.length));
                try {
                    server.receive(packet);
                    received = true;
                } catch (SocketTimeoutException e) {
                    // once more
                }
            }
            assertTrue(received, "a datagram reached the kernel");
            assertArrayEquals(question, Arrays.copyOf(packet.getData(), packet.getLength()));
        }
    }
}
