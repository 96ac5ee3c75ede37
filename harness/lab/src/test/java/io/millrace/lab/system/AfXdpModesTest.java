package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.afxdp.RingSizes;
import io.millrace.afxdp.XdpSocket;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.lab.report.StatisticsPage;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.HugePages;
import io.millrace.ring.TxRing;
import io.millrace.ring.Umem;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Seccomp;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From zero-copy down to generic XDP: what was asked, what was got and why, and what makes a step down an error. */
@RootOnly
@Timeout(60)
class AfXdpModesTest {
    @RegisterExtension
    static final Rig rig = Rig.shared(pair -> pair.queues(2));

    private static final String DROP = "{ stage = drop }";
    private static final String NO_ZERO_COPY =
            "zero-copy: EOPNOTSUPP (Operation not supported), the driver of right0 has no zero-copy mode";

    private static final int KERNELS_OWN_BUDGET = 32;
    private static final boolean KNOWS_BUDGET = isKernel(6, 17);

    private static boolean isKernel(int major, int minor) {
        String[] version = System.getProperty("os.version").split("[^0-9]");
        int running = Integer.parseInt(version[0]);
        return running > major || running == major && Integer.parseInt(version[1]) >= minor;
    }

    @AfterEach
    void endTest() {
        rig.endTest();
        assertFalse(Shell.run(rig.right().namespace(), "ip", "link", "show", "dev", "lo")
                .contains("xdp"));
    }

    private static void assertMode(PortStatistics port, String attach, String copy, String why) {
        assertEquals(attach, AfXdpStatistics.of(port).attach());
        assertEquals(copy, AfXdpStatistics.of(port).copy());
        assertEquals(why, AfXdpStatistics.of(port).why());
    }

    @Test
    void shouldSayWhyItIsNotZeroCopyInTheLogAndTheJson(@TempDir Path folder) throws Exception {
        Path config = Files.writeString(folder.resolve("engine.conf"), Rig.config("", "queues = all", DROP));
        Path json = folder.resolve("run.json");
        try (ChildJvm child = ChildJvm.start(
                rig.right().namespace(),
                folder,
                List.of(),
                List.of(
                        "io.millrace.cli.Millrace",
                        "run",
                        config.toString(),
                        "--duration",
                        "200ms",
                        "--json",
                        json.toString()))) {
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            for (String said : List.of(
                    "port p: right0, 2 of 2 queues, attach native (asked auto), copy (asked auto)",
                    "port p: not " + NO_ZERO_COPY,
                    "port p: 8192 frames of 2048 bytes, a wake-up sends up to "
                            + (KNOWS_BUDGET ? 2_048 : KERNELS_OWN_BUDGET))) {
                assertEquals(
                        1,
                        outcome.err()
                                .lines()
                                .filter(line -> line.endsWith(" - " + said))
                                .count(),
                        outcome::err);
            }
        }
        StatisticsPage.assertDocuments(ConfigFactory.parseFile(json.toFile()));
        Config port = ConfigFactory.parseFile(json.toFile()).getConfig("ports.p");
        assertEquals(
                Map.of("attach", "auto", "copy", "auto"),
                port.getObject("asked").unwrapped());
        assertEquals(NO_ZERO_COPY, port.getString("why"));
        assertEquals("native", port.getString("attach"));
        assertEquals("copy", port.getString("copy"));
        assertEquals(KNOWS_BUDGET ? 2_048 : KERNELS_OWN_BUDGET, port.getInt("tx_budget"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attach = native, copy = copy, require = native | native | ''",
                "attach = skb, copy = copy | skb | ''",
                "attach = skb | skb | zero-copy: needs native mode",
                "attach = native, need-wakeup = off, require = native | native | " + NO_ZERO_COPY,
            })
    void shouldGiveNoReasonForWhatWasAsked(String asked, String attach, String why) {
        assertMode(Rig.port(rig.start(Rig.config("", asked, DROP))), attach, "copy", why);
    }

    @Test
    void shouldGoDownTwoStepsWhereTheDriverHasNoXdp() {
        String none = "native mode: EOPNOTSUPP (Operation not supported), its driver has no native XDP";
        Engine engine = rig.start(Rig.config("", "interface = lo", DROP));
        assertMode(Rig.port(engine), "skb", "copy", none + "; zero-copy: needs native mode");
    }

    private static String refusal(String port) {
        return assertThrows(HostException.class, () -> rig.start(Rig.config("", port, DROP)))
                .getMessage();
    }

    @Test
    void shouldNotStepDownBelowWhatIsRequired() {
        assertEquals(
                "config:4: port p requires zero-copy mode and can't have it: " + NO_ZERO_COPY
                        + "; set require to native or none, or use an interface whose driver has it",
                refusal("require = zero-copy"));
        assertEquals(
                "config:4: port p requires native XDP and can't have it: attaching XDP to lo in native mode:"
                        + " EOPNOTSUPP (Operation not supported), its driver has no native XDP; set require to none,"
                        + " or use an interface"
                        + " whose driver has it",
                refusal("interface = lo, require = native"));
        assertTrue(refusal("interface = lo, require = zero-copy").startsWith("config:4: port p requires native XDP"));
        assertTrue(refusal("interface = lo, copy = zero-copy").contains("got skb mode (native mode: EOPNOTSUPP"));
        assertTrue(refusal("copy = zero-copy").contains("right0 has no zero-copy mode (EOPNOTSUPP); set copy"));
    }

    /** With the kernel's own budget a wake-up sends 32 frames, and no mean of wake-ups is above that. */
    @Test
    void shouldSendBatchesOfMoreThan32FramesInOneWakeUp() {
        assumeTrue(KNOWS_BUDGET, "XDP_MAX_TX_SKB_BUDGET takes Linux 6.17");
        Engine engine = rig.start(Rig.config(
                "mode = inline", "queues = all, batch = 256, rings { tx = 1024 }", "{ stage = forward, to = p }"));
        rig.load(); // faster than an echo is in copy mode
        Await.until("batches", () -> Rig.port(engine).get(PortCounter.FORWARDED) > 200_000);
        PortStatistics port = Rig.port(engine);
        assertEquals(1_024, AfXdpStatistics.of(port).txBudget());
        long perWakeUp = port.get(PortCounter.TX_FRAMES) / port.get(PortCounter.TX_WAKEUPS);
        assertTrue(perWakeUp > 2 * KERNELS_OWN_BUDGET, () -> perWakeUp + " frames a wake-up: " + port);
    }

    /** Behaves like kernels before 6.17. */
    @Test
    void shouldGoOnWithTheKernelsOwnBudgetWhereItCanNotBeRaised() throws InterruptedException {
        int[] budget = new int[1];
        Thread old = new Thread(() -> {
            Seccomp.failOption(xdp_h.XDP_MAX_TX_SKB_BUDGET(), libc_h.ENOPROTOOPT());
            try (Arena arena = Arena.ofShared();
                    XdpSocket socket = XdpSocket.open(
                            arena, Umem.map(arena, 64, 2048, HugePages.OFF), new RingSizes(64, 64, 64, 64))) {
                budget[0] = socket.txBudget();
            }
        });
        old.start();
        old.join();
        assertEquals(KERNELS_OWN_BUDGET, budget[0]);
    }

    /** As the kernel's TX_QUEUE_CONSUMER: what one wake-up takes out of the ring in copy mode. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64, 256})
    void shouldSendAsManyFramesInOneWakeUpAsTheKernelWasTold(int ringSize) {
        try (Arena arena = Arena.ofShared()) {
            Umem umem = Umem.map(arena, ringSize, 2048, HugePages.OFF);
            XdpSocket socket = rig.right().namespace().call(() -> {
                XdpSocket opened = XdpSocket.open(arena, umem, new RingSizes(64, ringSize, 64, ringSize));
                opened.bind("right0", Libc.ifNameToIndex("right0"), 0, xdp_h.XDP_COPY() | xdp_h.XDP_USE_NEED_WAKEUP());
                return opened;
            });
            try (socket) {
                TxRing tx = socket.rings().tx();
                assertEquals(ringSize, tx.reserve(ringSize));
                for (int i = 0; i < ringSize; i++) {
                    tx.frame(i, umem.addressOf(i), 60);
                }
                tx.submit(ringSize);
                int budget = socket.txBudget();
                assertEquals(KNOWS_BUDGET && ringSize >= KERNELS_OWN_BUDGET ? ringSize : KERNELS_OWN_BUDGET, budget);
                for (int left = ringSize; left > 0; left = Math.max(0, left - budget)) {
                    assertEquals(left, tx.pending());
                    SocketCalls.wakeTx(socket.fd());
                }
                assertEquals(0, tx.pending());
                CompletionRing completion = socket.rings().completion();
                int[] completed = {0};
                Await.until("completed", () -> {
                    int count = completion.peek(ringSize);
                    completion.release(count);
                    completed[0] += count;
                    return completed[0] == ringSize;
                });
                assertEquals(0, socket.statistics().txInvalidDescs());
            }
        }
    }
}
