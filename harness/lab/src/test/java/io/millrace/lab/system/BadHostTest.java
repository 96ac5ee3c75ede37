package io.millrace.lab.system;

import static io.millrace.lab.system.Refusal.CONFIG;
import static io.millrace.lab.system.Refusal.HOST;
import static io.millrace.lab.system.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.afxdp.RingSizes;
import io.millrace.afxdp.XdpSocket;
import io.millrace.bindings.Libc;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a host can lack or hold: one line that says what and what to do, an exit code, and an untouched interface. */
@RootOnly
@Timeout(60)
class BadHostTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final String DROP = "{ stage = drop }";

    @TempDir
    private Path folder;

    private ChildJvm.Outcome run(String config) throws Exception {
        return CommandLineRun.run(rig.right().namespace(), folder, config);
    }

    /** In a JVM of its own, for what holds for a whole process. */
    private ChildJvm.Outcome runBehind(List<String> prefix, String config) throws Exception {
        Path file = Files.writeString(folder.resolve("engine.conf"), config);
        try (ChildJvm child = ChildJvm.start(
                rig.right().namespace(),
                folder,
                prefix,
                List.of("io.millrace.cli.Millrace", "run", file.toString(), "--duration", "1s"))) {
            return child.await();
        }
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
        assertRefused(
                HOST,
                runBehind(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), Rig.config("", "", DROP)),
                "CAP_");
    }

    @Test
    void shouldRefuseLaunchTimesWhereTheDriverKnowsNone() throws Exception {
        assertRefused(
                HOST,
                run(Rig.config("", "tx-metadata = [timestamp, launch-time]", DROP)),
                "the driver of right0 can't send frames at a launch time",
                "leave launch-time out of tx-metadata");
        assertRefused(
                CONFIG,
                run(Rig.config("", "tx-metadata = [launch-time], attach = skb", DROP)),
                "engine.conf:",
                "tx-metadata holds launch-time",
                "leave launch-time out");
    }

    @Test
    void shouldNameTheLimitOfLockedMemoryAndBothWaysOut() throws Exception {
        List<String> unprivileged = List.of(
                "prlimit", "--memlock=1048576:1048576", "setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock");
        assertRefused(
                HOST,
                runBehind(unprivileged, Rig.config("", "huge-pages = off,\n frames = 8192", DROP)),
                "engine.conf:5: the kernel refuses a UMEM of 16777216 bytes",
                "ENOBUFS",
                "may lock 1048576 bytes",
                "RLIMIT_MEMLOCK",
                "`ulimit -l`",
                "CAP_IPC_LOCK");
        ChildJvm.Outcome within = runBehind(unprivileged, Rig.config("", "frames = 256, rings { fill = 256 }", DROP));
        assertEquals(0, within.code(), within::toString);
    }

    @Test
    void shouldNameLineOfStageThatCannotBeLoaded() throws Exception {
        assertRefused(
                CONFIG, run(Rig.config("", "", "{ class = com.acme.Absent }")), "engine.conf:", "com.acme.Absent");
        assertRefused(CONFIG, run(Rig.config("", "", "{ class = java.lang.String }")), "engine.conf:", "is no stage");
        assertRefused(
                CONFIG,
                run(Rig.config("", "", "{ class = \"" + Broken.class.getName() + "\" }")),
                "engine.conf:",
                "Broken",
                "half built");
    }

    /** A stage whose constructor fails. */
    public static final class Broken implements Stage {
        public Broken() {
            throw new IllegalStateException("half built");
        }

        @Override
        public void onFrame(Frame frame) {}
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
