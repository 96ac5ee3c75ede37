package io.millrace.lab.system;

import static io.millrace.lab.system.Refusal.CONFIG;
import static io.millrace.lab.system.Refusal.HOST;
import static io.millrace.lab.system.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a port asks for and can't have: one line that names the place in the config, an exit code, the interfaces and
 * this process as they were, and another engine on the interface that notices nothing.
 */
@RootOnly
@Timeout(60)
class RefusedPortTest {
    @RegisterExtension
    static final Rig rig = Rig.shared(pair -> pair.queues(2).withoutIpv6());

    private static final String DROP = "{ stage = drop }";
    /** Slow enough for every frame to be taken, whatever else goes on. */
    private static final double CALM = 2_000;

    @TempDir
    private Path folder;

    private HostState before;

    @BeforeAll
    static void awaitCarrier() {
        Await.until(
                "a carrier",
                () -> !HostState.of(rig.right().namespace()).interfaces().contains("NO-CARRIER"));
    }

    @BeforeEach
    void look() {
        before = HostState.of(rig.right().namespace());
    }

    @AfterEach
    void endTest() {
        rig.endTest();
        HostState.awaitAgain(before, rig.right().namespace());
    }

    /** The options are on line 4, the interface is on line 2 unless they name another. */
    private ChildJvm.Outcome run(String options) throws IOException {
        return CommandLineRun.run(rig.right().namespace(), folder, Rig.config("", options, DROP));
    }

    private ChildJvm.Outcome runWithout(String capability, String options) throws Exception {
        Path file = Files.writeString(folder.resolve("engine.conf"), Rig.config("", options, DROP));
        try (ChildJvm child = ChildJvm.start(
                rig.right().namespace(),
                folder,
                List.of("setpriv", "--bounding-set=-" + capability, "--inh-caps=-" + capability),
                List.of("io.millrace.cli.Millrace", "run", file.toString(), "--duration", "100ms"))) {
            return child.await();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attach = offload | attach is offload | auto, native or skb",
                "attach = skb, copy = zero-copy | zero-copy, which takes native XDP | copy to copy",
                "attach = skb, require = native | require is native | require to none",
                "copy = copy, require = zero-copy | require is zero-copy | copy to zero-copy",
                "attach = skb, metadata = [hash] | metadata is what a driver tells | attach = native",
                "chunks = unaligned, huge-pages = off | chunks is unaligned, which takes huge pages | huge-pages to on",
                "headroom = 1800 | headroom is 1800 | use 1728 or less",
                "headroom = 5000 | headroom is 5000 | 3776",
                "frame-size = 3000 | frame-size is 3000 | chunks to unaligned",
                "queues = [0, 1], frames = 4096 | frames is 4096 | set frames to 8192",
            })
    void shouldRefuseAWrongConfig(String options, String what, String remedy) throws IOException {
        assertRefused(CONFIG, run(options), "/engine.conf:4: ports.p.", what, remedy);
        assertRefused(
                CONFIG,
                CommandLineRun.check(rig.right().namespace(), folder, Rig.config("", options, DROP)),
                "/engine.conf:4: ports.p.",
                what,
                remedy);
    }

    @Test
    void shouldRefuseFramesThatAreTooFewForTheQueuesThatTheInterfaceHas() throws IOException {
        assertRefused(
                CONFIG,
                run("queues = all, frames = 4096"),
                "/engine.conf:4: ports.p.frames is 4096, too few for" + " the fill rings of 2 queues",
                "set frames to 8192");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interface = none0 | interface none0 does not exist | ip link",
                "queues = [5] | right0 has no queue 5, it has 2 (0 to 1) | ethtool -L right0",
                "queues = [1, 5] | right0 has no queue 5 | correct `queues`",
                "copy = zero-copy | the driver of right0 has no zero-copy mode (EOPNOTSUPP) | set copy = auto or copy",
                "copy = zero-copy, multi-buffer = on | or none for frames in several segments | set copy ="
                        + " auto or copy",
                "require = zero-copy | requires zero-copy mode and can't have it: zero-copy: EOPNOTSUPP |"
                        + " native or none",
                "interface = lo, require = native | requires native XDP and can't have it: attaching XDP to | to none",
                "interface = lo, attach = native | lo in native mode: EOPNOTSUPP | use attach mode auto or skb",
                "interface = lo, copy = zero-copy | zero-copy needs native XDP, and lo got skb mode | set copy to"
                        + " auto or copy",
                "interface = lo, metadata = [hash] | the driver of lo tells nothing of a frame | set metadata = []",
                "chunks = unaligned, frame-size = 3000, frames = 4194304 | huge pages of 2 MiB | nr_hugepages",
                "huge-pages = on, frames = 4194304, frame-size = 4096 | needs 8192 huge pages | set huge-pages = auto",
                "busy-poll { mode = on, defer-hard-irqs = 2 } | shows another network namespace | ip netns exec",
            })
    void shouldRefuseWhatTheHostHasNot(String options, String what, String remedy) throws IOException {
        assertRefused(HOST, run(options), "/engine.conf:4: ", what, remedy);
    }

    @Test
    void shouldNameTheLineOfThePortWhereNoKeyIsToBlame() throws Exception {
        assertRefused(HOST, runWithout("net_raw", ""), "/engine.conf:2: AF_XDP sockets need CAP_NET_RAW");
        assertRefused(
                HOST,
                runWithout("bpf,-sys_admin", ""),
                "/engine.conf:2: loading BPF program accept: EPERM",
                "CAP_BPF is missing");
        assertRefused(
                HOST,
                runWithout("bpf,-sys_admin", "metadata = [hash]"),
                "loading BPF program metadata: EPERM",
                "CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK)");
    }

    @Test
    void shouldNameTheLineWithAPollerForEachQueue() throws IOException {
        assertRefused(
                HOST,
                CommandLineRun.run(
                        rig.right().namespace(), folder, Rig.config("pollers = per-queue", "queues = [0, 5]", DROP)),
                "/engine.conf:4: port p: interface right0 has no queue 5");
        assertRefused(
                CONFIG,
                CommandLineRun.run(
                        rig.right().namespace(),
                        folder,
                        Rig.config(
                                "pollers = per-queue",
                                "queues = [0, 1] }\n q { type = af-xdp, interface = lo\n queues = [0]",
                                DROP)),
                "/engine.conf:6: ports.q",
                "queues");
    }

    /** The first port is open by then. */
    @Test
    void shouldTakeBackThePortsBeforeTheOneThatIsRefused() throws IOException {
        for (String refused : List.of("interface = none0", "interface = lo\n copy = zero-copy")) {
            assertRefused(
                    HOST,
                    CommandLineRun.run(
                            rig.right().namespace(),
                            folder,
                            Rig.config("", "queues = all }\n q { type = af-xdp\n " + refused, DROP)),
                    "/engine.conf:" + (refused.contains("copy") ? 7 : 6) + ": ");
        }
    }

    @Test
    void shouldNotAttachNativelyToAnMtuThatIsTooLarge() throws IOException {
        try (Rig jumbo = Rig.of(pair -> pair.mtu(9_000))) {
            HostState large = HostState.of(jumbo.right().namespace());
            assertRefused(
                    HOST,
                    CommandLineRun.run(jumbo.right().namespace(), folder, Rig.config("", "attach = native", DROP)),
                    "/engine.conf:4: attaching XDP to right0 in native mode",
                    "MTU too large",
                    "set multi-buffer = on");
            HostState.awaitAgain(large, jumbo.right().namespace());
        }
    }

    /** An engine that has both queues of the interface, with frames on their way to it. */
    private final class Neighbour {
        private final Engine engine;
        private final Load load;

        Neighbour(String options) {
            engine = rig.start(Rig.config("", "queues = all, " + options, DROP));
            load = rig.load(CALM);
        }

        void assertUndisturbed() {
            long sent = load.stop().sent();
            Await.until("every frame taken", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) >= sent);
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(sent, Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE));
            assertTrue(sent > 0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | queues = [1] | 4 | queue 1 of right0 is held by another AF_XDP socket (EBUSY) | choose"
                        + " another queue",
                "'' | accept = [] | 4 | with other accept rules | the same rules in the same order, or stop the"
                        + " other one",
                "attach = native | attach = skb | 4 | another attach mode | or stop the other one",
                "'' | multi-buffer = on | 4 | with multi-buffer = off | set it to on in all engines of an interface",
                "'' | metadata = [hash] | 4 | asks the driver for metadata | the same metadata and version",
                "metadata = [hash] | metadata = [hash, vlan] | 4 | with other metadata | engines of an interface"
                        + " the same",
            })
    void shouldRefuseWhatAnotherEngineHasAndNotDisturbIt(
            String first, String second, int line, String what, String remedy) throws IOException {
        Neighbour neighbour = new Neighbour(first);
        HostState alone = HostState.of(rig.right().namespace());
        assertRefused(HOST, run(second), "/engine.conf:" + line + ": ", "EBUSY", what, remedy);
        HostState.awaitAgain(alone, rig.right().namespace());
        neighbour.assertUndisturbed();
    }

    @Test
    void shouldNotTakePartInAnotherEnginesProgramWithoutPrivilege() throws Exception {
        Neighbour neighbour = new Neighbour("");
        HostState alone = HostState.of(rig.right().namespace());
        assertRefused(
                HOST,
                runWithout("sys_admin", "queues = [1]"),
                "/engine.conf:2: ",
                "EBUSY",
                "right0 has XDP program id",
                "if it is another engine's, give the JVM CAP_SYS_ADMIN");
        HostState.awaitAgain(alone, rig.right().namespace());
        neighbour.assertUndisturbed();
    }
}
