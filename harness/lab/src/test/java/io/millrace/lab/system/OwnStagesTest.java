package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program whose stages are all in its code: the config has none, and they learn where the ports are bound. */
@Timeout(60)
class OwnStagesTest {
    private static final byte[] QUESTION = {1, 2, 3};

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Sends each frame back, and knows the address of port {@code p}. */
    private static final class Echo implements Stage {
        private int port;
        private Supplier<InetSocketAddress> address;
        private volatile InetSocketAddress atStart;

        @Override
        public void configure(StageContext context) {
            port = context.portId("p");
            address = context.localAddress("p");
            assertThrows(IllegalStateException.class, address::get);
            assertThrows(IllegalArgumentException.class, () -> context.localAddress("q"));
        }

        @Override
        public void onStart() {
            atStart = address.get();
        }

        @Override
        public void onFrame(Frame frame) {
            frame.forward(port);
        }
    }

    private static String config(String mode, String port) {
        return "millrace { engine { mode = " + mode + " }, ports { p { " + port + " } } }";
    }

    private static void assertKnown(Engine engine, Echo echo, String host) {
        InetSocketAddress address = engine.port("p").localAddress();
        assertEquals(InetAddress.ofLiteral(host), address.getAddress());
        assertNotEquals(0, address.getPort());
        Await.until("the stage's start", () -> echo.atStart != null);
        assertEquals(address, echo.atStart);
        assertEquals(address, UdpRig.address(UdpRig.port(engine)));
    }

    @ParameterizedTest
    @CsvSource({"inline, 127.0.0.1", "pipelined, 127.0.0.1", "inline, ::1", "pipelined, ::1"})
    void shouldEchoDatagramsAtAPortThatTheKernelChose(String mode, String host) {
        Echo echo = new Echo();
        Engine engine = rig.start(
                config(mode, "type = udp, bind = \"" + (host.equals("::1") ? "[::1]" : host) + ":0\""), "echo", echo);
        assertKnown(engine, echo, host);
        assertArrayEquals(QUESTION, rig.add(UdpClient.to(echo.atStart)).ask(QUESTION));
        engine.close();
        assertEquals(1, UdpRig.port(engine).get(PortCounter.FORWARDED));
    }

    @ParameterizedTest
    @CsvSource({"inline, 127.0.0.1", "pipelined, ::1"})
    void shouldEchoStreamsAtAPortThatTheKernelChose(String mode, String host) throws Exception {
        Echo echo = new Echo();
        Engine engine = rig.start(
                config(mode, "type = tcp, bind = \"" + (host.equals("::1") ? "[::1]" : host) + ":0\""), "echo", echo);
        assertKnown(engine, echo, host);
        try (Socket socket = new Socket(echo.atStart.getAddress(), echo.atStart.getPort())) {
            socket.getOutputStream().write(QUESTION);
            assertArrayEquals(QUESTION, socket.getInputStream().readNBytes(QUESTION.length));
        }
    }

    @Test
    void shouldHaveNoAddressWhereAPortConnects() {
        Echo echo = new Echo();
        Engine engine = rig.start(config("inline", "type = tcp, connect = \"127.0.0.1:9\""), "echo", echo);
        assertNull(engine.port("p").localAddress());
        assertNull(echo.address.get());
    }

    @Test
    @RootOnly
    void shouldHaveNoAddressOnAnInterface() {
        try (Rig wire = Rig.create()) {
            Echo echo = new Echo();
            Engine engine =
                    wire.start(config("inline", "type = af-xdp, interface = right0, accept = [\"udp\"]"), "echo", echo);
            assertNull(engine.port("p").localAddress());
            assertNull(echo.address.get());
        }
    }

    /** The address of all of IPv6 leaves IPv4 to another port. */
    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void shouldTakeIpv6AloneAtItsWildcard(String type) {
        Engine six = rig.start(config("inline", "type = " + type + ", bind = \"[::]:0\""), "echo", new Echo());
        InetSocketAddress address = six.port("p").localAddress();
        Engine four = rig.start(
                config("inline", "type = " + type + ", bind = \"*:" + address.getPort() + "\""), "echo", new Echo());
        assertEquals(address.getPort(), four.port("p").localAddress().getPort());
        if (type.equals("udp")) {
            for (String host : new String[] {"127.0.0.1", "::1"}) {
                InetSocketAddress server = new InetSocketAddress(InetAddress.ofLiteral(host), address.getPort());
                assertArrayEquals(QUESTION, rig.add(UdpClient.to(server)).ask(QUESTION));
            }
            four.close();
            six.close();
            assertEquals(1, UdpRig.port(four).get(PortCounter.RX_FRAMES));
            assertEquals(1, UdpRig.port(six).get(PortCounter.RX_FRAMES));
        }
    }
}
