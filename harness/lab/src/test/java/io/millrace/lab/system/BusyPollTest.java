package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.VethPair;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The interface's interrupt settings while an engine busy-polls, and who puts them back, kill -9 included. */
@Alone
@RootOnly
@Timeout(120)
class BusyPollTest {
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final String DEFER =
            "queues = [QUEUE], busy-poll { mode = on, defer-hard-irqs = 2, gro-flush-timeout = 200us }";
    private static final String OWN = "3 70000";
    private static final String DEFERRED = "2 200000";
    /** sysfs shows the network namespace that it is mounted in. */
    private static final List<String> WITH_OWN_SYSFS =
            List.of("unshare", "--mount", "sh", "-c", "mount -t sysfs none /sys && exec \"$@\"", "sh");

    private static final String FILES = "cd /sys/class/net/right0; ";

    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void open() {
        rig = Rig.create(2);
        inSysfs("echo 3 > napi_defer_hard_irqs; echo 70000 > gro_flush_timeout");
        assertEquals(OWN, values());
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** An engine that runs until it is told to end. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            try (Engine engine =
                    Engine.builder(EngineConfig.load(Path.of(args[0]))).start()) {
                System.out.println("running "
                        + AfXdpStatistics.of(engine.statistics().ports().getFirst())
                                .copy());
                System.in.read();
            }
            System.out.println("closed");
        }
    }

    /** One that is closed by a thread that has been interrupted. */
    static final class InterruptedHolder {
        public static void main(String[] args) throws Exception {
            Engine engine = Engine.builder(EngineConfig.load(Path.of(args[0]))).start();
            System.out.println("running "
                    + AfXdpStatistics.of(engine.statistics().ports().getFirst()).copy());
            System.in.read();
            Thread.currentThread().interrupt();
            engine.close();
            System.out.println("closed, interrupted " + Thread.interrupted());
        }
    }

    private String inSysfs(String commands) {
        List<String> command = new ArrayList<>(WITH_OWN_SYSFS);
        command.addAll(List.of("sh", "-ec", FILES + commands));
        return Shell.run(rig.right().namespace(), command.toArray(String[]::new))
                .strip();
    }

    private String values() {
        return inSysfs("echo $(cat napi_defer_hard_irqs gro_flush_timeout)");
    }

    private ChildJvm start(int queue, String port) throws IOException {
        return start(Holder.class, queue, port);
    }

    private ChildJvm start(Class<?> holder, int queue, String port) throws IOException {
        Path config = Files.writeString(
                folder.resolve("engine" + queue + ".conf"),
                Rig.config("state-dir = \"" + folder.resolve("state") + "\"", port.replace("QUEUE", "" + queue), ECHO));
        return ChildJvm.start(
                rig.right().namespace(), folder, WITH_OWN_SYSFS, List.of(holder.getName(), config.toString()));
    }

    private List<String> notes() throws IOException {
        Path state = folder.resolve("state");
        if (!Files.exists(state)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(state)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("napi-"))
                    .toList();
        }
    }

    @Test
    void shouldPutTheInterfacesOwnValuesBackAtClose() throws Exception {
        try (ChildJvm engine = start(0, DEFER)) {
            engine.awaitLine("running");
            assertEquals(DEFERRED, values());
            assertEquals(1, notes().size());
            engine.tell("end");
            engine.awaitLine("closed");
            assertEquals(OWN, values());
            assertEquals(List.of(), notes());
        }
    }

    @Test
    void shouldPutThemBackWhenTheThreadThatClosesIsInterrupted() throws Exception {
        try (ChildJvm engine = start(InterruptedHolder.class, 0, DEFER)) {
            engine.awaitLine("running");
            assertEquals(DEFERRED, values());
            engine.tell("end");
            engine.awaitLine("closed, interrupted true");
            assertEquals(OWN, values());
            assertEquals(List.of(), notes());
        }
    }

    /** Settings of an interface that is gone need not be put back; those of the one in its place have to be. */
    @Test
    void shouldDeferThoseOfAnInterfaceThatIsMadeAgain() throws Exception {
        try (ChildJvm engine = start(0, DEFER)) {
            engine.awaitLine("running");
            rig.removeInterfaces();
            engine.awaitError("right0 was deleted");
            rig.add(VethPair.between(rig.left().namespace(), rig.right().namespace())
                    .queues(2)
                    .create());
            Await.until("deferred", () -> values().equals(DEFERRED));
            engine.awaitError("right0 is back");
            assertEquals(1, notes().size());
            engine.tell("end");
            engine.awaitLine("closed");
            assertEquals("0 0", values());
            assertEquals(List.of(), notes());
        }
    }

    @Test
    void shouldPutThemBackAtTheNextStartAfterAKill() throws Exception {
        try (ChildJvm engine = start(0, DEFER)) {
            engine.awaitLine("running");
            engine.kill();
        }
        assertEquals(DEFERRED, values(), "as the crash left them");
        assertEquals(1, notes().size());
        try (ChildJvm next = start(0, "")) {
            next.awaitLine("running");
            assertEquals(OWN, values());
            assertEquals(List.of(), notes());
        }
    }

    @Test
    void shouldDeferAnewAfterAKillAndStillKnowTheInterfacesOwnValues() throws Exception {
        try (ChildJvm engine = start(0, DEFER)) {
            engine.awaitLine("running");
            engine.kill();
        }
        try (ChildJvm next = start(0, DEFER.replace("200us", "90us"))) {
            next.awaitLine("running");
            assertEquals("2 90000", values());
            next.tell("end");
            next.awaitLine("closed");
            assertEquals(OWN, values());
            assertEquals(List.of(), notes());
        }
    }

    @Test
    void shouldLeaveItToTheLastEngineOfTheInterfaceToPutThemBack() throws Exception {
        try (ChildJvm first = start(0, DEFER);
                ChildJvm second = startBehind(first, 1)) {
            assertEquals(1, notes().size());
            first.kill();
            try (ChildJvm third = start(0, "queues = [QUEUE]")) {
                third.awaitLine("running");
                assertEquals(DEFERRED, values(), "the second engine is alive");
                third.tell("end");
                third.awaitLine("closed");
                assertEquals(DEFERRED, values());
            }
            second.tell("end");
            second.awaitLine("closed");
            assertEquals(OWN, values());
            assertEquals(List.of(), notes());
        }
    }

    private ChildJvm startBehind(ChildJvm first, int queue) throws Exception {
        first.awaitLine("running");
        ChildJvm second = start(queue, DEFER);
        second.awaitLine("running");
        return second;
    }

    @Test
    void shouldLeaveTheInterfaceAloneUnlessItIsAsked() throws Exception {
        try (ChildJvm engine = start(0, "busy-poll { mode = on }")) {
            engine.awaitLine("running");
            assertEquals(OWN, values());
            assertEquals(List.of(), notes());
        }
    }

    @Test
    void shouldSayWhenSysfsShowsAnotherNetwork() throws Exception {
        String config =
                Rig.config("state-dir = \"" + folder.resolve("state") + "\"", DEFER.replace("QUEUE", "0"), ECHO);
        HostException refused = assertThrows(HostException.class, () -> rig.start(config));
        assertTrue(
                refused.getMessage()
                        .contains(": the interrupts of right0 can't be put off: /sys/class/net shows"
                                + " another network namespace; start the engine by `ip netns exec`"),
                refused::getMessage);
        assertEquals(OWN, values());
        assertEquals(List.of(), notes());
    }
}
