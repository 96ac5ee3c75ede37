package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.Engine;
import io.millrace.lab.net.VethPair;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups that a port joins, on the interface and from the senders that it names, and no others. */
@RootOnly
@Timeout(60)
class UdpMulticastTest {
    private static final int PORT = Rig.UDP_PORT;
    private static final String OTHER_IPV4 = "10.99.0.5";
    private static final String OTHER_IPV6 = "fd00:99::5";

    private static Rig rig;

    @BeforeAll
    static void open() {
        rig = Rig.create();
        Shell.run(rig.left().namespace(), "ip", "address", "add", OTHER_IPV4 + "/24", "dev", "left0");
        Shell.run(rig.left().namespace(), "ip", "address", "add", OTHER_IPV6 + "/64", "dev", "left0", "nodad");
        Shell.run(rig.right().namespace(), "ip", "route", "add", "239.0.0.0/8", "dev", "right0");
    }

    @AfterEach
    void endTest() {
        rig.endTest();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private static String group(int family, int number) {
        return (family == 4 ? "239.1.1." : "ff15::") + number;
    }

    private static String config(String engine, int family, String bind, String source) {
        return UdpRig.config(
                engine,
                "bind = \"" + (family == 4 ? bind : "[" + bind + "]") + ":" + PORT
                        + "\", multicast = [{ group = \"" + group(family, 1) + "\", interface = right0"
                        + (source.isEmpty() ? "" : ", source = \"" + source + "\"") + " }]",
                UdpRig.ECHO);
    }

    /** A socket at an end of the pair whose datagrams to groups leave by that end. */
    private static UdpClient client(VethPair.End end, InetAddress local) {
        return rig.add(end.namespace()
                .call(() -> UdpClient.bound(
                        new InetSocketAddress(local, 0), null, NetworkInterface.getByName(end.interfaceName()))));
    }

    private static UdpClient client(int family) {
        return client(
                rig.left(), family == 4 ? rig.left().ipv4Address() : rig.left().ipv6Address());
    }

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), PORT);
    }

    private static InetSocketAddress server(int family) {
        return new InetSocketAddress(
                family == 4 ? rig.right().ipv4Address() : rig.right().ipv6Address(), PORT);
    }

    /** The host is a member of the other group, so that its datagrams come in: the port still gets none of them. */
    @ParameterizedTest
    @CsvSource({"inline, 4, 0.0.0.0", "pipelined, 4, 239.1.1.1", "inline, 6, ::", "pipelined, 6, ff15::1"})
    void shouldReceiveWhatIsSentToItsGroupAndNothingElse(String mode, int family, String bind) throws Exception {
        Engine engine = rig.start(config("mode = " + mode, family, bind, ""));
        try (DatagramChannel member = member(rig.right(), family, group(family, 2), PORT + 1)) {
            UdpClient client = client(family);
            for (int i = 0; i < 100; i++) {
                client.send(new byte[] {2, (byte) i}, address(group(family, 2)));
                client.send(new byte[] {1, (byte) i}, address(group(family, 1)));
                assertArrayEquals(new byte[] {1, (byte) i}, client.receive(), "an answer to a group's datagram");
                assertEquals(server(family), client.sender());
            }
            client.send(new byte[] {3}, new InetSocketAddress(InetAddress.ofLiteral(group(family, 2)), PORT + 1));
            Await.until("the host is a member", () -> received(member));
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(100, UdpRig.port(engine).get(PortCounter.RX_FRAMES));
    }

    @ParameterizedTest
    @CsvSource({"inline, 4", "pipelined, 6"})
    void shouldReceiveFromTheNamedSenderOnly(String mode, int family) {
        Engine engine = rig.start(config(
                "mode = " + mode,
                family,
                family == 4 ? "0.0.0.0" : "::",
                family == 4 ? rig.left().ipv4() : rig.left().ipv6()));
        UdpClient named = client(family);
        UdpClient other = client(rig.left(), InetAddress.ofLiteral(family == 4 ? OTHER_IPV4 : OTHER_IPV6));
        for (int i = 0; i < 100; i++) {
            other.send(new byte[] {2, (byte) i}, address(group(family, 1)));
            named.send(new byte[] {1, (byte) i}, address(group(family, 1)));
            assertArrayEquals(new byte[] {1, (byte) i}, named.receive());
        }
        other.send(new byte[] {4}, server(family));
        assertArrayEquals(new byte[] {4}, other.receive(), "it is heard where it is asked directly");
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(101, UdpRig.port(engine).get(PortCounter.RX_FRAMES));
    }

    /** With multicast-loop, members on the sender's own host get it too. */
    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void shouldSendToGroup(String loop) throws Exception {
        Engine engine = rig.start(UdpRig.config(
                "",
                "bind = \"0.0.0.0:9000\", remote = \"239.2.2.2:7000\"," + " multicast-loop = " + loop,
                "{ stage = forward, to = p }"));
        try (DatagramChannel far = member(rig.left(), 4, "239.2.2.2", 7_000);
                DatagramChannel near = member(rig.right(), 4, "239.2.2.2", 7_000)) {
            client(4).send(new byte[] {1}, server(4));
            Await.until("the other host's member got it", () -> received(far));
            if (loop.equals("on")) {
                Await.until("this host's member got it", () -> received(near));
            } else {
                assertFalse(received(near));
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    private static DatagramChannel member(VethPair.End end, int family, String group, int port) {
        return end.namespace().call(() -> {
            DatagramChannel channel =
                    DatagramChannel.open(family == 4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            channel.bind(new InetSocketAddress(port));
            channel.join(InetAddress.ofLiteral(group), NetworkInterface.getByName(end.interfaceName()));
            channel.configureBlocking(false);
            return channel;
        });
    }

    private static boolean received(DatagramChannel channel) {
        try {
            return channel.receive(ByteBuffer.allocate(100)) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
