package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More ports in one engine than fit into a byte: each has its own completions. */
@RootOnly
@Timeout(60)
class ManyPortsTest {
    private static final int PORTS = 300;
    private static final int GROUPS = 100;
    private static final int UDP_PORT = 9_741;

    /** Addresses of the loopback network, so that every port has its own. */
    private static String address(int port) {
        return "127.77." + port / 200 + "." + (port % 200 + 1);
    }

    private static EngineConfig config(String idle) {
        StringBuilder ports = new StringBuilder();
        for (int i = 0; i < PORTS; i++) {
            ports.append("p%03d { type = udp, bind = \"%s:%d\", frames = 8, buffers = 4 }\n"
                    .formatted(i, address(i), UDP_PORT));
        }
        return EngineConfig.parse("millrace { engine { mode = inline, idle = " + idle + " }, ports {\n" + ports
                + "}, pipeline = [{ stage = count }] }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "backoff"})
    void shouldServeEveryPort(String idle) throws Exception {
        Engine engine = Engine.builder(config(idle))
                .stage("echo", frame -> {
                    frame.turnRound();
                    frame.forward(frame.portId());
                })
                .start();
        try (engine;
                DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(5_000);
            for (int port : new int[] {0, 253, 254, 255, 256, PORTS - 1}) {
                client.send(new DatagramPacket(
                        new byte[] {(byte) port}, 1, InetAddress.getByName(address(port)), UDP_PORT));
                DatagramPacket answer = new DatagramPacket(new byte[10], 10);
                client.receive(answer);
                assertEquals(address(port), answer.getAddress().getHostAddress());
            }
            assertNull(engine.failure());
        }
        Accounts.assertHome(engine.statistics());
    }

    private static String group(int port) {
        return "239.77." + port / 200 + "." + (port % 200 + 1);
    }

    private static String groupPorts(int count) {
        StringBuilder ports = new StringBuilder();
        for (int i = 0; i < count; i++) {
            ports.append("g%03d { type = udp, bind = \"*:%d\", frames = 8, buffers = 4, multicast = [{ group = \"%s\","
                            .formatted(i, UDP_PORT + i, group(i)))
                    .append(" interface = right0 }] }\n");
        }
        return ports.toString();
    }

    /** More groups than one socket may join, each on a port of its own, which hears no other. */
    @Test
    void shouldHearOneGroupOnEachPort() {
        try (Rig rig = Rig.create()) {
            Engine engine = rig.start("millrace { engine { mode = inline, idle = wait }, ports {\n" + groupPorts(GROUPS)
                    + "}, pipeline = [{ stage = count }] }");
            UdpClient sender = rig.add(rig.left()
                    .namespace()
                    .call(() -> UdpClient.bound(
                            new InetSocketAddress(rig.left().ipv4Address(), 0),
                            null,
                            NetworkInterface.getByName(rig.left().interfaceName()))));
            for (int i = 0; i < GROUPS; i++) {
                sender.send(new byte[i], new InetSocketAddress(InetAddress.ofLiteral(group(i)), UDP_PORT + i));
            }
            Await.until(
                    "all heard",
                    () -> engine.statistics().ports().stream().allMatch(port -> port.get(PortCounter.RX_FRAMES) == 1));
            engine.close();
            Accounts.assertHome(engine.statistics());
            for (int i = 0; i < GROUPS; i++) {
                assertEquals(i, engine.statistics().ports().get(i).get(PortCounter.RX_BYTES), "port " + i);
            }
        }
    }
}
