package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.lab.net.RawSocket;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams that the kernel sends to everybody, or to nobody: those that fail are not sent, and it is told why. */
@RootOnly
@Timeout(60)
class UdpSendErrorsTest {
    private static final String FORWARD = "{ stage = forward, to = p }";
    private static final int COUNT = 20;
    private static final int TOGETHER = 64;

    private static Rig rig;

    @BeforeAll
    static void open() {
        rig = Rig.create();
        Shell.run(rig.right().namespace(), "ip", "route", "add", "prohibit", "10.98.1.0/24");
        Shell.run(rig.right().namespace(), "ip", "route", "add", "unreachable", "10.98.2.0/24");
        Shell.run(rig.right().namespace(), "ip", "route", "add", "blackhole", "10.98.3.0/24");
    }

    @AfterEach
    void endTest() {
        rig.endTest();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private static Engine start(String port, String pipeline) {
        return rig.start(UdpRig.config("", "bind = \"0.0.0.0:" + Rig.UDP_PORT + "\", " + port, pipeline));
    }

    private static InetSocketAddress server() {
        return new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT);
    }

    private static UdpClient client(int port) {
        return rig.add(rig.left()
                .namespace()
                .call(() -> UdpClient.bound(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port), null)));
    }

    /** The config names it, and that is consent enough. */
    @ParameterizedTest
    @ValueSource(strings = {"10.99.0.255", "255.255.255.255"})
    void shouldBroadcastToItsRemote(String everybody) {
        if (everybody.startsWith("255")) {
            Shell.run(rig.right().namespace(), "ip", "route", "replace", "255.255.255.255/32", "dev", "right0");
        }
        Engine engine = start("remote = \"" + everybody + ":7000\"", FORWARD);
        UdpClient everyone = client(7_000);
        client(0).send(new byte[] {1, 2}, server());
        assertArrayEquals(new byte[] {1, 2}, everyone.receive());
        engine.close();
        assertEquals(1, UdpRig.port(engine).get(PortCounter.TX_FRAMES));
        assertEquals(Map.of(), UdpRig.port(engine).errors());
    }

    @ParameterizedTest
    @CsvSource({
        "239.9.9.9, ENETUNREACH, add one",
        "10.98.1.1, EACCES, prohibits",
        "10.98.2.1, EHOSTUNREACH, ip route get",
        "10.98.3.1, EINVAL, blackhole"
    })
    void shouldTellWhatIsNotSentAndWhy(String remote, String error, String advice) {
        try (LogCapture log = new LogCapture()) {
            Engine engine = start("remote = \"" + remote + ":7000\"", FORWARD);
            UdpClient client = client(0);
            for (int i = 0; i < COUNT; i++) {
                client.send(new byte[10], server());
            }
            Await.until(
                    () -> UdpRig.port(engine).toString(),
                    () -> UdpRig.port(engine).get(PortCounter.TX_FAILED) == COUNT,
                    10_000);
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics last = UdpRig.port(engine);
            assertEquals(0, last.get(PortCounter.TX_FRAMES) + last.get(PortCounter.TX_BYTES), last::toString);
            assertEquals(COUNT, last.get(PortCounter.FORWARDED), last::toString);
            assertEquals(Map.of("tx_failed", Map.of(error, (long) COUNT)), last.errors());
            Await.until(log::text, () -> log.text().contains("(" + COUNT + " in all"), 5_000);
            String line = log.lines("socket.tx_failed").getFirst();
            assertTrue(line.contains("the last by " + error + " with " + remote + ":7000)"), line);
            assertTrue(line.contains(advice), line);
            assertTrue(log.lines("socket.tx_failed").size() <= 2, log::text);
        }
    }

    /** Nobody can be sent to at port 0; a sender that comes from there must not slow down the others. */
    @Test
    void shouldGoOnJoiningSendsWhenOneSenderCanNotBeAnswered() {
        Engine engine = start("gso = on", UdpRig.ECHO);
        FrameTemplate frame = FrameTemplate.udp()
                .macs(rig.left().mac(), rig.right().mac())
                .ips(rig.left().ipv4Address(), rig.right().ipv4Address())
                .ports(0, Rig.UDP_PORT)
                .build();
        RawSocket nobody = rig.add(rig.left().namespace().call(() -> RawSocket.open("left0", 0)));
        nobody.load(frame.bytes());
        int length = frame.lengthBytes() - frame.payloadOffset();
        Await.until(
                () -> "refused together: " + UdpRig.port(engine),
                () -> {
                    for (int i = 0; i < TOGETHER; i++) {
                        nobody.sendLoaded(frame.lengthBytes());
                    }
                    return UdpRig.port(engine).get(PortCounter.TX_SEGMENTED) > 0;
                },
                20_000);
        Await.until(
                () -> "all refused: " + UdpRig.port(engine),
                () -> {
                    PortStatistics port = UdpRig.port(engine);
                    return port.get(PortCounter.TX_FAILED) == port.get(PortCounter.RX_FRAMES);
                },
                10_000);
        long before = UdpRig.port(engine).get(PortCounter.TX_SEGMENTED);
        UdpClient client = client(0);
        Await.until(
                () -> "joined: " + UdpRig.port(engine),
                () -> {
                    for (int i = 0; i < TOGETHER; i++) {
                        client.send(new byte[length], server());
                    }
                    return UdpRig.port(engine).get(PortCounter.TX_SEGMENTED) > before;
                },
                20_000);
        engine.close();
        PortStatistics last = UdpRig.port(engine);
        assertEquals(
                last.get(PortCounter.FORWARDED),
                last.get(PortCounter.TX_FRAMES) + last.get(PortCounter.TX_FAILED),
                last::toString);
        assertEquals(
                Map.of("EINVAL", last.get(PortCounter.TX_FAILED)), last.errors().get("tx_failed"));
    }
}
