package io.millrace.harness.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.engine.Engine;
import io.millrace.engine.Frame;
import io.millrace.engine.Stage;
import io.millrace.engine.afxdp.XdpSocket;
import io.millrace.engine.config.RingSizes;
import io.millrace.engine.counters.PortCounter;
import io.millrace.harness.traffic.TrafficPlan;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a host can lack or hold: one line that says what and what to do, an exit code, and an untouched interface. */
@RootOnly
@Timeout(60)
class BadHostTest {
    private static final int CONFIG = 2;
    private static final int HOST = 3;
    private static final String DROP = "{ stage = drop }";

    private static Rig rig;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        rig = Rig.create();
    }

    @AfterEach
    void endTest() {
        rig.endTest();
        assertFalse(rig.right().hasXdpProgram());
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private ChildJvm.Outcome run(String config, String... prefix) throws Exception {
        Path file = Files.writeString(folder.resolve("engine.conf"), config);
        try (ChildJvm child = ChildJvm.start(rig.right().namespace(), folder, List.of(prefix),
                List.of("io.millrace.harness.cli.Millrace", "run", file.toString(), "--duration", "1s"))) {
            return child.await();
        }
    }

    private void assertRefused(int code, ChildJvm.Outcome outcome, String... fragments) {
        assertEquals(code, outcome.code(), outcome::toString);
        assertEquals(1, outcome.errorLines().size(), outcome::err);
        String line = outcome.errorLines().getFirst();
        for (String fragment : fragments) {
            assertTrue(line.contains(fragment), line);
        }
        assertTrue(line.contains("; "), () -> "says what to do: " + line);
        assertFalse(outcome.err().contains("\tat "), outcome::err);
    }

    @Test
    void shouldNameInterfaceThatDoesNotExist() throws Exception {
        assertRefused(HOST, run(Rig.config("", "interface = none0", DROP)),
            "interface none0 does not exist", "ip link");
    }

    @Test
    void shouldNameQueueThatInterfaceDoesNotHave() throws Exception {
        assertRefused(HOST, run(Rig.config("", "queues = [5]", DROP)), "right0 has no queue 5", "ethtool -L right0");
    }

    @Test
    void shouldNameQueueThatAnotherSocketHolds() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            Umem umem = Umem.map(arena, 64, 2048, HugePages.OFF);
            XdpSocket holder = rig.right().namespace().call(() -> {
                XdpSocket socket = XdpSocket.open(arena, umem, new RingSizes(64, 64, 64, 64));
                socket.bind("right0", Libc.ifNameToIndex("right0"), 0, xdp_h.XDP_COPY());
                return socket;
            });
            try {
                assertRefused(HOST, run(Rig.config("", "", DROP)), "queue 0 of right0 is held", "EBUSY");
                assertFalse(rig.right().hasXdpProgram());
            } finally {
                holder.close();
            }
        }
    }

    @Test
    void shouldLeaveAnotherProgramWhereItIs() throws Exception {
        Engine first = rig.start(Rig.config("", "", DROP));
        assertRefused(HOST, run(Rig.config("", "", DROP)), "right0", "EBUSY");
        assertTrue(rig.right().hasXdpProgram());
        rig.traffic().send(TrafficPlan.frames(1_000));
        Await.until("the first engine still receives", () -> Rig.port(first).get(PortCounter.RX_FRAMES) == 1_000);
    }

    @Test
    void shouldSayWhichPrivilegesAreMissing() throws Exception {
        assertRefused(HOST, run(Rig.config("", "", DROP), "setpriv", "--bounding-set=-all", "--inh-caps=-all"), "CAP_");
    }

    @Test
    void shouldRefuseZeroCopyWhereTheDriverHasNone() throws Exception {
        assertRefused(HOST, run(Rig.config("", "copy = zero-copy", DROP)), "right0", "zero-copy", "copy = auto");
    }

    @Test
    void shouldRefuseToStepDownBelowWhatIsRequired() throws Exception {
        assertRefused(HOST, run(Rig.config("", "require = zero-copy", DROP)), "requires zero-copy mode", "EOPNOTSUPP",
            "right0", "set require to native or none");
    }

    @Test
    void shouldRefuseLaunchTimesWhereTheDriverKnowsNone() throws Exception {
        assertRefused(HOST, run(Rig.config("", "tx-metadata = [timestamp, launch-time]", DROP)),
            "the driver of right0 can't send frames at a launch time", "leave launch-time out of tx-metadata");
        assertRefused(CONFIG, run(Rig.config("", "tx-metadata = [launch-time], attach = skb", DROP)), "engine.conf:",
            "tx-metadata holds launch-time", "leave launch-time out");
    }

    @Test
    void shouldRefuseUnalignedFramesWithoutHugePages() throws Exception {
        assertRefused(HOST, run(Rig.config("", "chunks = unaligned, frame-size = 3000, frames = 4194304", DROP)),
            "huge pages of 2 MiB", "reserve them with: echo", "nr_hugepages", "set chunks = aligned");
        assertRefused(CONFIG, run(Rig.config("", "chunks = unaligned, huge-pages = off", DROP)), "engine.conf:",
            "huge-pages");
    }

    @Test
    void shouldRefuseHeadroomThatLeavesNoRoomForAFrame() throws Exception {
        assertRefused(CONFIG, run(Rig.config("", "headroom = 1800", DROP)), "engine.conf:", "headroom is 1800",
            "use 1728 or less");
    }

    @Test
    void shouldRefuseOffload() throws Exception {
        assertRefused(CONFIG, run(Rig.config("", "attach = offload", DROP)), "engine.conf:", "attach is offload",
            "auto, native or skb");
    }

    @Test
    void shouldNameTheLimitOfLockedMemoryAndBothWaysOut() throws Exception {
        String[] unprivileged = {"prlimit", "--memlock=1048576:1048576", "setpriv", "--bounding-set=-ipc_lock",
            "--inh-caps=-ipc_lock"};
        assertRefused(HOST, run(Rig.config("", "huge-pages = off", DROP), unprivileged), "UMEM of 16777216 bytes",
            "ENOBUFS", "may lock 1048576 bytes", "RLIMIT_MEMLOCK", "`ulimit -l`", "CAP_IPC_LOCK");
        ChildJvm.Outcome within = run(Rig.config("", "frames = 256, rings { fill = 256 }", DROP), unprivileged);
        assertEquals(0, within.code(), within::toString);
    }

    @Test
    void shouldRefuseFramesThatAreTooFewForAllQueues() throws Exception {
        assertRefused(CONFIG, run(Rig.config("", "queues = all, frames = 2048", DROP)), "engine.conf:", "frames");
    }

    @Test
    void shouldNameLineOfStageThatCannotBeLoaded() throws Exception {
        assertRefused(CONFIG, run(Rig.config("", "", "{ class = com.acme.Absent }")),
            "engine.conf:", "com.acme.Absent");
        assertRefused(CONFIG, run(Rig.config("", "", "{ class = java.lang.String }")), "engine.conf:", "is no stage");
        assertRefused(CONFIG, run(Rig.config("", "",
            "{ class = \"" + Broken.class.getName() + "\" }")), "engine.conf:", "Broken", "half built");
    }

    /** Its constructor does not go through. */
    public static final class Broken implements Stage {
        public Broken() {
            throw new IllegalStateException("half built");
        }

        @Override
        public void onFrame(Frame frame) {
        }
    }

    @Test
    void shouldNameLineOfConfigErrors() throws Exception {
        assertRefused(CONFIG, run(Rig.config("rng-size = 64", "", DROP)), "engine.conf:1", "rng-size", "ring-size");
        assertRefused(CONFIG, run(Rig.config("", "", "{ stage = forward, to = nowhere }")), "nowhere");
        assertRefused(CONFIG, run("millrace {"), "engine.conf:");
    }

    @Test
    void shouldRunWhenNothingIsWrong() throws Exception {
        ChildJvm.Outcome outcome = run(Rig.config("", "", DROP));
        assertEquals(0, outcome.code(), outcome::toString);
        assertEquals(List.of(), outcome.errorLines());
    }
}
