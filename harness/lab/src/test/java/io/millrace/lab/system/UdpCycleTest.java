package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.testing.NoRingsLeft;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines with sockets that come and go leave nothing: no descriptor, no mapping, no thread, and a free port. */
@RootOnly
@Timeout(120)
class UdpCycleTest {
    private static final int WARM = 8;
    private static final int CYCLES = 20;
    private static final List<String> PORTS =
            List.of("", UdpRig.COALESCED, "zero-copy-above = 0", "timestamps = on, local-address = on");

    /** What a ring is seen as from outside. */
    private record Rings(long descriptors, long mappings) {
        static Rings now() throws IOException {
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                return new Rings(
                        NoRingsLeft.openRings().size(),
                        maps.filter(line -> line.contains("io_uring")).count());
            }
        }
    }

    private static void cycle(InetSocketAddress address, int number) throws IOException {
        String engineConfig = "mode = " + (number % 2 == 0 ? "inline" : "pipelined") + ", uring { sqpoll = "
                + (number % 5 == 4 ? "on" : "off") + " }";
        Engine engine = UdpRig.startOne(
                UdpRig.config(
                        engineConfig,
                        "bind = \"127.0.0.1:" + address.getPort() + "\", " + PORTS.get(number % PORTS.size()),
                        UdpRig.ECHO),
                Map.of());
        try (engine;
                UdpClient client = UdpClient.to(address)) {
            byte[] question = {1, 2, 3, (byte) number};
            assertArrayEquals(question, client.ask(question));
            client.send(question); // its echo may be on its way
        }
        Accounts.assertHome(engine.statistics());
        new DatagramSocket(address).close(); // nobody has the port any more
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenEnginesComeAndGo() throws Exception {
        InetSocketAddress address = freeAddress();
        for (int i = 0; i < WARM; i++) {
            cycle(address, i);
        }
        CycleTest.Holdings before = CycleTest.Holdings.now();
        for (int i = 0; i < CYCLES; i++) {
            cycle(address, i);
        }
        CycleTest.Holdings after = CycleTest.Holdings.now();
        String change = before + " -> " + after;
        assertEquals(new Rings(0, 0), Rings.now());
        assertTrue(after.descriptors() < before.descriptors() + CYCLES / 2, change);
        assertTrue(after.mappings() < before.mappings() + 2 * CYCLES, change);
        assertTrue(after.threads() < before.threads() + CYCLES / 2, change);
        assertTrue(after.residentKb() < before.residentKb() + CYCLES * 4_096, change);
    }
}
