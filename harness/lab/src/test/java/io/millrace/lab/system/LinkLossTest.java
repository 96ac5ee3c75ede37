package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.net.Namespace;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The interface of a port goes down, comes back, is deleted, changes, or is taken away, while frames flow. */
@Alone
@RootOnly
@Timeout(60)
class LinkLossTest {
    private static final String DROP = "{ stage = drop }";
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final String INTERFACE = "right0";
    private static final double PACE = 20_000;
    /** A stop that had to wait for frames would take the drain time-out, of five seconds. */
    private static final Duration QUICK = Duration.ofSeconds(4);

    private Rig rig;

    @BeforeEach
    void open() {
        rig = Rig.create();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void ip(String... arguments) {
        ip(rig.right().namespace(), arguments);
    }

    private static void ip(Namespace namespace, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "ip";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Shell.run(namespace, command);
    }

    private void setUp(boolean up) {
        ip("link", "set", INTERFACE, up ? "up" : "down");
    }

    /** Whose interface is deleted under it. */
    private Load doomedLoad() {
        Load load = Load.at(rig.traffic(), PACE);
        rig.add(load::abandon);
        return load;
    }

    private static LinkStatistics link(Engine engine) {
        return Rig.port(engine).link();
    }

    private static void awaitState(Engine engine, LinkState state) {
        Await.until("link " + state, () -> link(engine).state() == state);
    }

    private static void awaitMore(Engine engine, PortCounter counter) {
        long before = Rig.port(engine).get(counter);
        Await.until("more " + counter, () -> Rig.port(engine).get(counter) > before + 1_000);
    }

    private static void closeQuickly(Engine engine) {
        long start = System.nanoTime();
        engine.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(QUICK) < 0, took::toString);
        Accounts.assertHome(engine.statistics());
        assertNull(engine.failure());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined"})
    void shouldGoOnWhenInterfaceComesBack(String engineConfig) {
        Engine engine = rig.start(Rig.config(engineConfig, "attach = native", ECHO));
        rig.load(PACE);
        try (LogCapture log = new LogCapture()) {
            for (int outage = 1; outage <= 3; outage++) {
                awaitMore(engine, PortCounter.TX_FRAMES);
                setUp(false);
                awaitState(engine, LinkState.DOWN);
                assertEquals(outage, link(engine).losses());
                setUp(true);
                awaitState(engine, LinkState.UP);
            }
            awaitMore(engine, PortCounter.RX_FRAMES);
            awaitMore(engine, PortCounter.TX_FRAMES);
            assertEquals(3, log.lines("port p: right0 is down; ").size(), log::text);
            assertEquals(3, log.lines("port p: right0 is up").size(), log::text);
        }
        closeQuickly(engine);
        assertEquals(3, link(engine).losses());
        assertTrue(AfXdpStatistics.of(engine.statistics().ports().getFirst()).matched() > 0);
    }

    @Test
    void shouldReceiveAgainInGenericModeWhenInterfaceComesBack() {
        try (Flow flow = new Flow(rig.pair(), Rig.UDP_PORT)) {
            Engine engine = rig.start(Rig.config("mode = inline", "attach = skb", DROP));
            flow.send();
            Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) == 1);
            setUp(false);
            awaitState(engine, LinkState.DOWN);
            setUp(true);
            awaitState(engine, LinkState.UP);
            Await.until("received again", () -> {
                flow.send();
                return Rig.port(engine).get(PortCounter.RX_FRAMES) > 1;
            });
            closeQuickly(engine);
        }
    }

    /** The other end of the cable. */
    @Test
    void shouldReportLossOfCarrier() {
        Engine engine = rig.start(Rig.config("mode = inline", "", ECHO));
        Await.until("known", () -> link(engine).equals(new LinkStatistics(LinkState.UP, 0, 1500)));
        ip(rig.left().namespace(), "link", "set", "left0", "down");
        awaitState(engine, LinkState.DOWN);
        ip(rig.left().namespace(), "link", "set", "left0", "up");
        awaitState(engine, LinkState.UP);
        rig.load(PACE);
        awaitMore(engine, PortCounter.TX_FRAMES);
        assertEquals(1, link(engine).losses());
        closeQuickly(engine);
    }

    @Test
    void shouldStartOnInterfaceThatIsDownAndWaitForIt() {
        setUp(false);
        Engine engine = rig.start(Rig.config("mode = inline", "on-link-loss = stop", ECHO));
        assertEquals(new LinkStatistics(LinkState.DOWN, 0, 1500), link(engine));
        setUp(true);
        awaitState(engine, LinkState.UP);
        rig.load(PACE);
        awaitMore(engine, PortCounter.TX_FRAMES);
        closeQuickly(engine);
        assertEquals(0, link(engine).losses());
    }

    @Test
    void shouldReportNewMtu() {
        Engine engine = rig.start(Rig.config("mode = inline", "", DROP));
        try (LogCapture log = new LogCapture()) {
            Await.until("known", () -> link(engine).mtu() == 1500);
            ip("link", "set", INTERFACE, "mtu", "1400");
            Await.until("new MTU", () -> link(engine).mtu() == 1400);
            Await.until(
                    "logged",
                    () -> !log.lines("port p: the MTU of right0 is 1400 now, it was 1500")
                            .isEmpty());
        }
        rig.load(PACE);
        awaitMore(engine, PortCounter.RX_FRAMES);
        closeQuickly(engine);
        assertEquals(new LinkStatistics(LinkState.UP, 0, 1400), link(engine));
    }

    /** Frames that become longer than a chunk are the kernel's to count; the others come as before. */
    @Test
    void shouldGoOnWhenTheMtuOutgrowsTheChunks() throws Exception {
        Engine engine = rig.start(Rig.config("mode = inline", "attach = skb", ECHO));
        ip("link", "set", INTERFACE, "mtu", "9000");
        ip(rig.left().namespace(), "link", "set", "left0", "mtu", "9000");
        Await.until("new MTU", () -> link(engine).mtu() == 9000);
        try (DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
            client.connect(rig.right().ipv4Address(), Rig.UDP_PORT);
            for (int length : new int[] {100, 4_000, 8_000, 200}) {
                client.send(new DatagramPacket(new byte[length], length));
            }
            Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) == 2);
        }
        closeQuickly(engine);
        assertEquals(2, Rig.port(engine).kernel().rxDropped());
        assertEquals(2, Rig.port(engine).get(PortCounter.TX_FRAMES));
        assertEquals(4, AfXdpStatistics.of(Rig.port(engine)).matched());
    }

    /** The other end of a veth pair may send no more than native XDP takes at this one. */
    @Test
    void shouldGoOnWhenTheDriverRefusesAnMtu() {
        Engine engine = rig.start(Rig.config("mode = inline", "attach = native", ECHO));
        assertThrows(HostException.class, () -> ip(rig.left().namespace(), "link", "set", "left0", "mtu", "9000"));
        rig.load(PACE);
        awaitMore(engine, PortCounter.TX_FRAMES);
        closeQuickly(engine);
        assertEquals(new LinkStatistics(LinkState.UP, 0, 1500), link(engine));
    }

    /** News of the loss comes while the engine waits for what is to be sent. */
    @ParameterizedTest
    @ValueSource(strings = {"attach = native", "attach = skb"})
    void shouldNotWaitForWhatCanNotBeSentWhenItStops(String portConfig) {
        for (int round = 0; round < 5; round++) {
            Engine engine = rig.start(Rig.config("mode = pipelined", portConfig, ECHO));
            try (Flow flow = new Flow(rig.pair(), Rig.UDP_PORT)) {
                Await.until("sent", () -> {
                    flow.send();
                    return Rig.port(engine).get(PortCounter.TX_FRAMES) > 100;
                });
                for (int i = 0; i < 200; i++) {
                    flow.send();
                }
                setUp(false);
                closeQuickly(engine);
            }
            setUp(true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined, idle = wait"})
    void shouldKeepItsAccountsWhenInterfaceIsDeleted(String engineConfig) {
        Engine engine = rig.start(Rig.config(engineConfig, "", ECHO));
        Load load = doomedLoad();
        awaitMore(engine, PortCounter.TX_FRAMES);
        try (LogCapture log = new LogCapture()) {
            rig.removeInterfaces();
            awaitState(engine, LinkState.GONE);
            load.abandon();
            assertEquals(
                    1,
                    log.lines("port p: right0 was deleted; the port receives and sends nothing until an"
                                    + " interface right0 is there again")
                            .size(),
                    log::text);
        }
        assertEquals(1, link(engine).losses());
        long received = Rig.port(engine).get(PortCounter.RX_FRAMES);
        assertTrue(received > 1_000);
        closeQuickly(engine);
        PortStatistics last = Rig.port(engine);
        assertEquals(LinkState.GONE, last.link().state());
        assertEquals(last.get(PortCounter.FORWARDED), last.get(PortCounter.TX_FRAMES), last::toString);
    }

    /** What waits for the sockets must not find them ready, or broken, again and again; sockets share an io_uring. */
    @ParameterizedTest
    @CsvSource({
        "down, ''",
        "deleted, ''",
        "down, 'u { type = udp, bind = \"127.0.0.1:0\" }'",
        "deleted, 'u { type = udp, bind = \"127.0.0.1:0\" }'"
    })
    void shouldSleepWhileInterfaceIsLost(String loss, String otherPort) throws Exception {
        Engine engine = rig.start("millrace { engine { mode = inline, idle = wait }\n ports { p { type = af-xdp,"
                + " interface = right0, accept = [\"udp dst port 9000\"] }\n" + otherPort + " }\n pipeline = [ " + ECHO
                + " ] }");
        Load load = doomedLoad();
        awaitMore(engine, PortCounter.TX_FRAMES);
        if (loss.equals("down")) {
            setUp(false);
            awaitState(engine, LinkState.DOWN);
        } else {
            rig.removeInterfaces();
            awaitState(engine, LinkState.GONE);
        }
        load.abandon();
        long before = pollerCpuNs();
        Thread.sleep(500);
        long usedNs = pollerCpuNs() - before;
        assertTrue(usedNs < 100_000_000, () -> usedNs + " ns of CPU in 500 ms");
        closeQuickly(engine);
    }

    private static long pollerCpuNs() {
        long id = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("mr-poller"))
                .findFirst()
                .orElseThrow()
                .threadId();
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(id);
    }

    /** The program must not stay on the interface: it would take frames away from whoever has it now. */
    @Test
    void shouldLetGoOfInterfaceThatIsMovedToAnotherNamespace() {
        try (Namespace other = Namespace.create("other")) {
            Engine engine = rig.start(Rig.config("mode = inline", "", ECHO));
            Load load = rig.load(PACE);
            awaitMore(engine, PortCounter.TX_FRAMES);
            try (LogCapture log = new LogCapture()) {
                ip("link", "set", INTERFACE, "netns", "" + other.threadId());
                awaitState(engine, LinkState.GONE);
                load.stop();
                assertEquals(
                        1,
                        log.lines("port p: right0 was moved to another network namespace; ")
                                .size(),
                        log::text);
            }
            Await.until("no program", () -> !hasProgram(other));
            ip(other, "address", "add", rig.right().ipv4() + "/24", "dev", INTERFACE);
            ip(other, "link", "set", INTERFACE, "up");
            try (Flow flow = new Flow(rig.left().namespace(), other, rig.right().ipv4Address(), Rig.UDP_PORT)) {
                Await.until("the kernel has its frames", () -> {
                    flow.send();
                    return flow.atKernel() > 0;
                });
            }
            ip(
                    other,
                    "link",
                    "set",
                    INTERFACE,
                    "netns",
                    "" + rig.right().namespace().threadId());
            Await.until(
                    "noticed", () -> link(engine).why().equals("there is an interface right0, and it is switched off"));
            assertEquals(LinkState.GONE, link(engine).state());
            setUp(true);
            awaitState(engine, LinkState.UP);
            rig.load(PACE);
            awaitMore(engine, PortCounter.RX_FRAMES);
            assertTrue(hasProgram(rig.right().namespace()));
            closeQuickly(engine);
            assertEquals(new LinkStatistics(LinkState.UP, 1, 1500, 1, ""), link(engine));
        }
    }

    private static boolean hasProgram(Namespace namespace) {
        return Shell.run(namespace, "ip", "link", "show", INTERFACE).contains("xdp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "deleted"})
    void shouldStopInOrderWhenItIsToldTo(String loss) throws Exception {
        Engine engine = rig.start(Rig.config("", "on-link-loss = stop", ECHO));
        doomedLoad();
        awaitMore(engine, PortCounter.TX_FRAMES);
        if (loss.equals("down")) {
            setUp(false);
        } else {
            rig.removeInterfaces();
        }
        assertTrue(engine.awaitStop(QUICK.toSeconds(), TimeUnit.SECONDS), "stopped by itself, and did not wait");
        assertNotNull(engine.failure());
        assertTrue(
                engine.failure()
                        .getMessage()
                        .matches("the engine stopped: port p lost its link: right0 (is down|has no"
                                + " carrier|was deleted), and on-link-loss = stop"),
                engine.failure()::getMessage);
        Accounts.assertHome(engine.statistics());
        assertEquals(1, link(engine).losses());
    }

    @Test
    void shouldEndTheCommandWithOneLineAndExitCode1(@TempDir Path folder) throws Exception {
        Path config = Files.writeString(
                folder.resolve("engine.conf"), Rig.config("mode = inline", "on-link-loss = stop", ECHO));
        Path json = folder.resolve("run.json");
        try (ChildJvm child = ChildJvm.start(
                rig.right().namespace(),
                folder,
                List.of(),
                List.of("io.millrace.cli.Millrace", "run", config.toString(), "--json", json.toString()))) {
            child.awaitLine("running");
            setUp(false);
            ChildJvm.Outcome outcome = child.await();
            assertEquals(1, outcome.code(), outcome::toString);
            assertEquals(
                    List.of("millrace: the engine stopped: port p lost its link: right0 is down, and on-link-loss ="
                            + " stop; see the log above"),
                    outcome.errorLines());
        }
        String text = Files.readString(json).replace(" ", "");
        assertTrue(
                text.contains("\"state\":\"down\"")
                        && text.contains("\"losses\":1")
                        && text.contains("\"reopened\":0")
                        && text.contains("\"why\":\"\""),
                text);
        assertFalse(rig.right().hasXdpProgram());
    }
}
