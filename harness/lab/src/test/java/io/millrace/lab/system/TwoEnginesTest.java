package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines that share an interface: queues of their own, one program, which stays until the last of them has ended. */
@RootOnly
@Timeout(120)
class TwoEnginesTest {
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    /** So many flows that the kernel spreads them over both queues. */
    private static final int FLOWS = 64;

    private static final long PATIENCE_MS = 10_000;

    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void open() {
        rig = Rig.create(2);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** An engine that runs until it is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Engine engine = Engine.builder(EngineConfig.load(Path.of(args[0]))).start();
            System.out.println("running");
            engine.awaitStop();
        }
    }

    private Engine start(int queue, String options) {
        return rig.start(Rig.config("", "queues = [" + queue + "], " + options, ECHO));
    }

    private UdpClient client() {
        return rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)));
    }

    private void echoEveryFlow() {
        for (int i = 0; i < FLOWS; i++) {
            try (UdpClient client = client()) {
                byte[] payload = {(byte) i, 1, 2, 3};
                client.send(payload);
                assertArrayEquals(payload, client.receive(PATIENCE_MS), "flow " + i);
            }
        }
    }

    /** A flow whose frames come in by the queue of that engine. */
    private UdpClient clientOf(Engine engine) {
        for (int i = 0; i < FLOWS; i++) {
            long before = forwarded(engine);
            UdpClient client = rig.add(client());
            client.send(new byte[] {1});
            byte[] answer = client.receive(500);
            if (answer != null && forwarded(engine) > before) {
                return client;
            }
        }
        throw new AssertionError("no flow for " + engine);
    }

    private static long forwarded(Engine engine) {
        return Rig.port(engine).get(PortCounter.FORWARDED);
    }

    @Test
    void shouldWorkSideBySideOnQueuesOfTheirOwn() {
        Engine first = start(0, "");
        Engine second = start(1, "");
        echoEveryFlow();
        assertTrue(forwarded(first) > 0, "flows of queue 0");
        assertTrue(forwarded(second) > 0, "flows of queue 1");
        assertEquals(FLOWS, forwarded(first) + forwarded(second));
        assertEquals(
                AfXdpStatistics.of(Rig.port(first)).attach(),
                AfXdpStatistics.of(Rig.port(second)).attach());
        UdpClient flow = clientOf(second);

        first.close();
        Accounts.assertHome(first.statistics());
        assertTrue(rig.right().hasXdpProgram(), "the second engine's by now");
        assertArrayEquals(new byte[] {7}, flow.ask(new byte[] {7}));

        Engine third = start(0, "");
        echoEveryFlow();
        assertTrue(forwarded(third) > 0);
        second.close();
        third.close();
        Accounts.assertHome(second.statistics());
        Accounts.assertHome(third.statistics());
        assertFalse(rig.right().hasXdpProgram());
    }

    /** All frames of a veth pair come in by queue 0 in generic mode. */
    @Test
    void shouldShareTheProgramInGenericMode() {
        Engine first = start(0, "attach = skb");
        Engine second = start(1, "");
        assertEquals("skb", AfXdpStatistics.of(Rig.port(second)).attach());
        assertTrue(AfXdpStatistics.of(Rig.port(second))
                .why()
                .startsWith("native mode: another engine attached the program in skb mode"));
        echoEveryFlow();
        assertEquals(FLOWS, forwarded(first));
        second.close();
        echoEveryFlow();
        assertEquals(2 * FLOWS, forwarded(first));
        first.close();
        Accounts.assertHome(first.statistics());
        Accounts.assertHome(second.statistics());
        assertFalse(rig.right().hasXdpProgram());
    }

    @Test
    void shouldRefuseAQueueThatTheOtherHasAndNotDisturbIt() {
        Engine first = start(0, "");
        Engine second = start(1, "");
        HostException held = assertThrows(HostException.class, () -> start(0, ""));
        assertTrue(
                held.getMessage().startsWith("config:4: queue 0 of right0 is held by another AF_XDP socket (EBUSY)"),
                held::getMessage);
        held = assertThrows(HostException.class, () -> start(1, ""));
        assertTrue(held.getMessage().contains("queue 1"), held::getMessage);
        echoEveryFlow();
        assertEquals(FLOWS, forwarded(first) + forwarded(second));
        first.close();
        second.close();
        Accounts.assertHome(first.statistics());
        Accounts.assertHome(second.statistics());
    }

    @Test
    void shouldRefuseOtherRulesAndOtherAttachModes() {
        Engine first = start(0, "attach = native");
        for (String options : new String[] {
            "accept = []",
            "accept = [\"udp dst port 9001\"]",
            "accept = [\"udp dst port " + Rig.UDP_PORT + "\", \"tcp\"]"
        }) {
            HostException refused = assertThrows(HostException.class, () -> start(1, options));
            assertTrue(refused.getMessage().contains("with other accept rules; give all engines"), refused::getMessage);
        }
        HostException refused = assertThrows(HostException.class, () -> start(1, "attach = skb"));
        assertTrue(refused.getMessage().contains("another attach mode; "), refused::getMessage);
        UdpClient flow = clientOf(first);
        assertArrayEquals(new byte[] {9}, flow.ask(new byte[] {9}));
        first.close();
        Accounts.assertHome(first.statistics());
        assertFalse(rig.right().hasXdpProgram());
    }

    /** The program is loaded for frames in several buffers then, which does no harm. */
    @Test
    void shouldTakePartInAProgramForFramesInSeveralBuffers() {
        Engine first = start(0, "multi-buffer = on");
        Engine second = start(1, "");
        echoEveryFlow();
        assertTrue(forwarded(second) > 0);
        first.close();
        second.close();
        Accounts.assertHome(first.statistics());
        Accounts.assertHome(second.statistics());
    }

    @Test
    void shouldLeaveTheRulesToTheEngineThatAttachedThem() {
        Engine first = start(0, "");
        Engine second = start(1, "");
        HostException refused =
                assertThrows(HostException.class, () -> second.port("p").accept("udp dst port " + (Rig.UDP_PORT + 1)));
        assertTrue(
                refused.getMessage()
                        .contains(
                                "another engine's, and its rules are not this one's to change; change" + " them there"),
                refused::getMessage);
        echoEveryFlow();
        assertEquals(FLOWS, forwarded(first) + forwarded(second));
        first.close();
        second.close();
    }

    @Test
    void shouldGoOnWhenTheOneThatCameFirstIsKilled() throws Exception {
        Path config = Files.writeString(folder.resolve("engine.conf"), Rig.config("", "queues = [0]", ECHO));
        try (ChildJvm victim = ChildJvm.start(
                rig.right().namespace(), folder, List.of(), List.of(Victim.class.getName(), config.toString()))) {
            victim.awaitLine("running");
            Engine second = start(1, "");
            echoEveryFlow();
            UdpClient flow = clientOf(second);
            victim.kill();
            for (int i = 0; i < 100; i++) {
                assertArrayEquals(new byte[] {(byte) i}, flow.ask(new byte[] {(byte) i}));
            }
            Engine third = start(0, "");
            echoEveryFlow();
            second.close();
            third.close();
            Accounts.assertHome(second.statistics());
            Accounts.assertHome(third.statistics());
            assertFalse(rig.right().hasXdpProgram());
        }
    }
}
