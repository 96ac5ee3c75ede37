package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Groups and link-local addresses of sockets are on an interface: when another one has its name, they are there again.
 */
@RootOnly
@Timeout(60)
class SocketLinkTest extends ReturningLink {
    private static final int PORT = Rig.UDP_PORT;
    private static final String COUNT = "{ stage = count }, { stage = drop }";
    /** Addresses in the zone of each end, the same whenever the pair is made. */
    private static final String LEFT = "fe80::98";

    private static final String RIGHT = "fe80::99";

    private void startSocket(String port, String pipeline) {
        engine = right.call(() -> Engine.builder(EngineConfig.parse(
                        "millrace { ports { p { " + port + " } }, pipeline = [ " + pipeline + " ] }"))
                .start());
    }

    private void startGroup(int family, String interfaceName, String source) {
        String bind = family == 4 ? "*" : "[::]";
        String from = source.isEmpty() ? "" : ", source = \"" + source + "\"";
        startSocket(
                "type = udp, bind = \"" + bind + ":" + PORT + "\", multicast = [{ group = \"" + group(family)
                        + "\", interface = " + interfaceName + from + " }]",
                COUNT);
    }

    private static String group(int family) {
        return group(family, 1);
    }

    private static String group(int family, int number) {
        return (family == 4 ? "239.1.1." : "ff15::") + number;
    }

    private void addZoneAddresses() {
        Shell.run(left, "ip", "address", "add", LEFT + "/64", "dev", "left0", "nodad");
        Shell.run(right, "ip", "address", "add", RIGHT + "/64", "dev", "right0", "nodad");
    }

    private void renew() {
        remove();
        make(1);
        Await.until(() -> "set up again: " + link(), () -> link().reopened() > 0, 10_000);
        awaitState(LinkState.UP);
    }

    /** Sends to the group until the engine has received some. */
    private void assertReceives(int family) {
        assertReceives(family, group(family));
    }

    private void assertReceives(int family, String group) {
        InetAddress local =
                family == 4 ? pair.left().ipv4Address() : pair.left().ipv6Address();
        try (UdpClient client = left.call(
                () -> UdpClient.bound(new InetSocketAddress(local, 0), null, NetworkInterface.getByName("left0")))) {
            long before = count(PortCounter.RX_FRAMES);
            Await.until(
                    () -> "received of the group: " + Rig.port(engine),
                    () -> {
                        client.send(new byte[10], new InetSocketAddress(InetAddress.ofLiteral(group), PORT));
                        return count(PortCounter.RX_FRAMES) > before;
                    },
                    10_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "6, false", "6, true"})
    void shouldJoinItsGroupsOnTheNextInterfaceOfTheName(int family, boolean ofOneSource) {
        String source = !ofOneSource
                ? ""
                : family == 4 ? pair.left().ipv4() : pair.left().ipv6();
        startGroup(family, "right0", source);
        assertReceives(family);
        try (LogCapture log = new LogCapture()) {
            renew();
            assertReceives(family);
            assertTrue(
                    log.text().contains("port p: right0 was deleted; the port goes on, but for its groups"), log::text);
            assertTrue(log.text().contains("port p: right0 is back, and the port's groups"), log::text);
        }
        assertEquals(1, link().losses());
        assertEquals("", link().why());
        closeQuickly();
    }

    /** The memberships of interfaces that are gone count, too, for the limit of a socket: here it is three. */
    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void shouldLeaveTheGroupsOfInterfacesThatAreGone(int family) {
        limitMemberships(family);
        String near = family == 4 ? pair.left().ipv4() : pair.left().ipv6();
        String far = family == 4 ? "10.99.0.77" : "fd00:99::77";
        startSocket(
                "type = udp, bind = \"" + (family == 4 ? "*" : "[::]") + ":" + PORT + "\", multicast = ["
                        + entry(group(family, 1), near) + ", " + entry(group(family, 1), far) + ", "
                        + entry(group(family, 2), "") + ", " + entry(group(family, 3), near) + "]",
                COUNT);
        for (int round = 1; round <= 6; round++) {
            remove();
            make(1);
            long rounds = round;
            Await.until(() -> "set up again: " + link(), () -> link().reopened() == rounds, 10_000);
            assertEquals("", link().why());
        }
        for (int number = 1; number <= 3; number++) {
            assertReceives(family, group(family, number));
        }
        Shell.run(right, "sysctl", "-e", "-w", "net.core.optmem_max=100000"); // a socket needs some to stop
        closeQuickly();
    }

    /** IPv6 has a limit of memory only, which older kernels don't have for each namespace. */
    private void limitMemberships(int family) {
        Shell.run(
                right,
                "sysctl",
                "-e",
                "-w",
                family == 4 ? "net.ipv4.igmp_max_memberships=3" : "net.core.optmem_max=900");
    }

    private static String entry(String group, String source) {
        return "{ group = \"" + group + "\", interface = right0"
                + (source.isEmpty() ? "" : ", source = \"" + source + "\"") + " }";
    }

    /** Here the kernel takes one source of a group, and refuses the second. */
    @Test
    void shouldJoinTheOtherGroupsWhenOneFails() {
        startSocket(
                "type = udp, bind = \"*:" + PORT + "\", multicast = ["
                        + entry(group(4, 1), pair.left().ipv4()) + ", " + entry(group(4, 1), "10.99.0.77") + ", "
                        + entry(group(4, 2), "") + "]",
                COUNT);
        remove();
        Shell.run(right, "sysctl", "-w", "net.ipv4.igmp_max_msf=1");
        make(1);
        Await.until(() -> "one fails: " + link(), () -> link().why().contains(group(4, 1)), 10_000);
        assertReceives(4, group(4, 2));
        Shell.run(right, "sysctl", "-w", "net.ipv4.igmp_max_msf=10");
        Await.until(() -> "set up again: " + link(), () -> link().reopened() == 1, 10_000);
        assertReceives(4, group(4, 1));
        closeQuickly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"feed0", "a-name-of-more-than-fifteen-bytes"})
    void shouldFindItsInterfaceByAnAlternativeName(String name) {
        Shell.run(right, "ip", "link", "property", "add", "dev", "right0", "altname", name);
        startGroup(4, name, "");
        assertReceives(4);
        remove();
        make(1);
        Shell.run(right, "ip", "link", "property", "add", "dev", "right0", "altname", name);
        awaitState(LinkState.UP);
        assertReceives(4);
        closeQuickly();
    }

    /** It is there again before it is switched on, and a group joined by then misses nothing. */
    @Test
    void shouldJoinOnAnInterfaceThatIsDown() {
        startGroup(4, "right0", "");
        remove();
        Shell.run(right, "ip", "link", "add", "right0", "type", "veth", "peer", "name", "other0");
        Await.until(() -> "joined: " + link(), () -> link().reopened() == 1, 10_000);
        assertEquals(LinkState.DOWN, link().state());
        assertTrue(Shell.run(right, "ip", "maddress", "show", "dev", "right0").contains(group(4)));
        Shell.run(right, "ip", "link", "delete", "right0");
        make(1);
        awaitState(LinkState.UP);
        assertReceives(4);
        closeQuickly();
    }

    /** With less than IP needs the kernel takes it off the interface, and the groups with it. */
    @Test
    void shouldJoinAgainWhenTheMtuIsLargeEnoughAgain() {
        startGroup(6, "right0", "");
        assertReceives(6);
        try (LogCapture log = new LogCapture()) {
            Shell.run(right, "ip", "link", "set", "right0", "mtu", "1279");
            Await.until(log::text, () -> log.text().contains("too small for IPv6"), 10_000);
            Shell.run(right, "ip", "link", "set", "right0", "mtu", "1500");
            Await.until(log::text, () -> log.text().contains("joined anew"), 10_000);
        }
        assertReceives(6);
        closeQuickly();
    }

    /** Without CAP_NET_RAW the kernel lets no socket say where it is bound, not even where it is. */
    @Test
    void shouldNotMoveWhatIsWhereItBelongsWhenTheMtuIsLargeEnoughAgain(@TempDir Path folder) throws Exception {
        addZoneAddresses();
        try (ChildJvm child = ChildJvm.start(
                right,
                folder,
                List.of("setpriv", "--inh-caps", "-net_raw", "--bounding-set", "-net_raw"),
                List.of(Listening.class.getName()))) {
            child.awaitLine("listening");
            Shell.run(right, "ip", "link", "set", "right0", "mtu", "1279");
            child.awaitError("too small for IPv6");
            Shell.run(right, "ip", "link", "set", "right0", "mtu", "1500");
            child.awaitError("port p: right0 has IPv6 again, and the port's groups there are joined anew");
        }
    }

    /** An engine that listens in the zone of the right end. */
    static final class Listening {
        private Listening() {}

        public static void main(String[] arguments) throws IOException {
            Engine engine = Engine.builder(EngineConfig.parse("millrace { ports { p { type = tcp, bind = \"[" + RIGHT
                            + "%right0]:" + PORT + "\" } }, pipeline = [ " + COUNT + " ] }"))
                    .start();
            System.out.println("listening");
            System.in.read();
            engine.close();
        }
    }

    /** The address that it is bound to, and the one that it sends to. */
    @ParameterizedTest
    @ValueSource(strings = {"{ stage = reflect }, { stage = forward, to = p }", "{ stage = forward, to = p }"})
    void shouldKeepDatagramsInItsZone(String pipeline) {
        addZoneAddresses();
        startSocket(
                "type = udp, bind = \"[" + RIGHT + "%right0]:" + PORT + "\", remote = \"[" + LEFT + "%right0]:7000\"",
                pipeline);
        assertAnswers();
        remove();
        make(1);
        addZoneAddresses();
        Await.until(() -> "set up again: " + link(), () -> link().reopened() == 1, 10_000);
        assertAnswers();
        closeQuickly();
    }

    private void assertAnswers() {
        try (UdpClient client = left.call(() -> UdpClient.bound(new InetSocketAddress("::", 7_000), null))) {
            Await.until(
                    () -> "an answer: " + Rig.port(engine),
                    () -> {
                        client.send(new byte[] {5}, new InetSocketAddress(zoned(RIGHT), PORT));
                        return client.poll() != null;
                    },
                    10_000);
        }
    }

    /** In the zone of the left end. */
    private InetAddress zoned(String address) {
        return left.call(() -> Inet6Address.getByAddress(
                null,
                InetAddress.ofLiteral(address).getAddress(),
                NetworkInterface.getByName("left0").getIndex()));
    }

    @Test
    void shouldAcceptConnectionsInItsZone() throws Exception {
        addZoneAddresses();
        startSocket("type = tcp, bind = \"[" + RIGHT + "%right0]:" + PORT + "\"", ECHO);
        assertEchoes();
        try (SocketChannel kept = left.call(this::connected)) {
            Await.until(() -> "accepted: " + Rig.port(engine), () -> count(PortCounter.ACCEPTED) == 2, 10_000);
            remove();
            awaitEnd();
            make(1);
            addZoneAddresses();
            Await.until(() -> "set up again: " + link(), () -> link().reopened() == 1, 10_000);
            assertEchoes();
            assertTrue(kept.isConnected(), "nobody can tell it");
        }
        closeQuickly();
    }

    /** The connection whose zone is gone has ended by it; attempts to connect fail there by other errors. */
    private void awaitEnd() {
        Await.until(
                () -> "ended: " + Rig.port(engine),
                () -> Rig.port(engine).errors().getOrDefault("failed", Map.of()).getOrDefault("ENODEV", 0L) == 1,
                10_000);
    }

    private void assertEchoes() throws IOException {
        SocketChannel client = left.call(this::connected);
        try (client) {
            client.write(ByteBuffer.wrap(new byte[] {9}));
            ByteBuffer answer = ByteBuffer.allocate(1);
            client.read(answer);
            assertArrayEquals(new byte[] {9}, answer.array());
        }
    }

    /** The kernel has no carrier for a moment, and says that there is no way. */
    private SocketChannel connected() {
        SocketChannel[] found = new SocketChannel[1];
        Await.until("connected", () -> {
            try {
                found[0] = SocketChannel.open(new InetSocketAddress(zoned(RIGHT), PORT));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return found[0];
    }

    @Test
    void shouldConnectInItsZone() throws Exception {
        addZoneAddresses();
        try (ServerSocketChannel server =
                left.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress("::", 7_000)))) {
            startSocket(
                    "type = tcp, connect = \"[" + LEFT + "%right0]:7000\", reconnect-min = 10ms,"
                            + " reconnect-max = 50ms, connect-timeout = 200ms",
                    ECHO);
            try (SocketChannel first = server.accept()) {
                remove();
                awaitEnd();
                make(1);
                addZoneAddresses();
                Await.until(() -> "set up again: " + link(), () -> link().reopened() == 1, 10_000);
                server.configureBlocking(false);
                Await.until(() -> "connected: " + Rig.port(engine), () -> accepted(server), 10_000);
                assertTrue(first.isConnected(), "nobody can tell it");
            }
        }
        engine.close();
    }

    private static boolean accepted(ServerSocketChannel server) {
        try (SocketChannel connection = server.accept()) {
            return connection != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
