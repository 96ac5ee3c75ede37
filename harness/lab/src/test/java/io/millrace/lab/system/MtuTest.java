package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** left0 -> in0 (port a) -> out0 (port b) -> far0, of which the second pair has the smaller MTU. */
@RootOnly
@Timeout(60)
class MtuTest {
    private static final int MTU_IN = 3_000;
    private static final int SHORT = 1_000;
    private static final int LONG = 2_000;

    private Namespace left;
    private Namespace middle;
    private Namespace right;
    private VethPair in;
    private VethPair out;

    @BeforeEach
    void open() {
        left = Namespace.create("left");
        middle = Namespace.create("middle");
        right = Namespace.create("right");
        in = VethPair.between(left, middle)
                .names("left0", "in0")
                .mtu(MTU_IN)
                .withoutIpv6()
                .create();
        out = VethPair.between(middle, right)
                .names("out0", "far0")
                .withoutIpv6()
                .create();
    }

    @AfterEach
    void close() {
        out.close();
        in.close();
        right.close();
        middle.close();
        left.close();
    }

    private Engine start(String memory) {
        String config = "millrace { engine { mode = inline }, ports {\n"
                + "a { type = af-xdp, interface = in0, accept = [\"udp dst port 9000\"], " + memory + " }\n"
                + "b { type = af-xdp, interface = out0, accept = [\"udp dst port 9000\"], " + memory + " }\n"
                + "}, pipeline = [{ stage = forward, to = b }] }";
        return Rig.startOne(middle, config, Map.of());
    }

    private static void stop(Engine engine) {
        engine.close();
    }

    private void send(int... lengths) throws Exception {
        try (DatagramSocket client = left.call(() -> new DatagramSocket())) {
            client.connect(in.right().ipv4Address(), 9000);
            for (int length : lengths) {
                client.send(new DatagramPacket(new byte[length], length));
            }
        }
    }

    private static long count(Engine engine, String port, PortCounter counter) {
        return engine.port(port).statistics().get(counter);
    }

    /** How many frames have arrived behind the port's interface. */
    private long arrived() {
        return Shell.run(right, "cat", "/proc/net/dev")
                .lines()
                .map(line -> line.strip().split("[:\\s]+"))
                .filter(words -> words[0].equals("far0"))
                .mapToLong(words -> Long.parseLong(words[2]))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"frame-size = 4096", "multi-buffer = on"})
    void shouldCountAndLogFramesLongerThanTheMtuOfTheirWayOut(String memory) throws Exception {
        long before = arrived();
        try (LogCapture log = new LogCapture();
                Engine engine = start(memory)) {
            send(SHORT, LONG, SHORT, LONG, LONG);
            Await.until("sent", () -> count(engine, "b", PortCounter.TX_FRAMES) == 5);
            stop(engine);
            assertEquals(3, count(engine, "b", PortCounter.TX_ABOVE_MTU));
            assertEquals(0, count(engine, "a", PortCounter.TX_ABOVE_MTU));
            assertEquals(before + 2, arrived(), "the other end drops the long ones");
            String line = log.lines("port b: tx_above_mtu +").getLast();
            assertTrue(line.contains("(3 in all): frames were sent that are longer than the MTU"), line);
            assertTrue(line.contains("raise the MTU"), line);
        }
    }

    @Test
    void shouldGoByTheMtuAsItIs() throws Exception {
        try (Engine engine = start("frame-size = 4096")) {
            for (VethPair.End end : List.of(out.left(), out.right())) {
                Shell.run(end.namespace(), "ip", "link", "set", end.interfaceName(), "mtu", String.valueOf(MTU_IN));
            }
            Await.until("MTU", () -> engine.port("b").statistics().link().mtu() == MTU_IN);
            long before = arrived();
            send(LONG, SHORT);
            Await.until("sent", () -> count(engine, "b", PortCounter.TX_FRAMES) == 2);
            stop(engine);
            assertEquals(0, count(engine, "b", PortCounter.TX_ABOVE_MTU));
            assertEquals(before + 2, arrived());
        }
    }
}
