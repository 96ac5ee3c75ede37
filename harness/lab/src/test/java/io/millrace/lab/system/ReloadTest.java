package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP to {@code millrace run}: what can be changed while it runs is, and the rest is named. */
@RootOnly
@Timeout(60)
class ReloadTest {
    private static final int FIRST = 9_001;
    private static final int SECOND = 9_002;

    @TempDir
    private Path folder;

    private Path config;
    private Rig rig;

    @BeforeEach
    void open() {
        config = folder.resolve("engine.conf");
        rig = Rig.create();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void write(String engine, String port) throws IOException {
        Files.writeString(
                config,
                "millrace {\n  engine { " + engine + " }\n  ports {\n" + "    p { type = af-xdp, interface = right0, "
                        + port + " }\n  }\n  pipeline = [{ stage = drop }]\n}\n");
    }

    private static String accepting(int port) {
        return "accept = [\"udp dst port " + port + "\"]";
    }

    private ChildJvm run(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "io.millrace.cli.Millrace",
                "run",
                config.toString(),
                "--json",
                folder.resolve("run.json").toString()));
        command.addAll(List.of(more));
        ChildJvm child = rig.add(ChildJvm.start(rig.right().namespace(), folder, List.of(), command));
        child.awaitLine("running");
        return child;
    }

    private Config stopped(ChildJvm child) throws Exception {
        child.signal(libc_h.SIGTERM());
        ChildJvm.Outcome outcome = child.await();
        assertEquals(0, outcome.code(), outcome::toString);
        return ConfigFactory.parseFile(folder.resolve("run.json").toFile());
    }

    @Test
    void shouldChangeAcceptRulesAndNameWhatNeedsRestart() throws Exception {
        write("mode = inline", accepting(FIRST));
        try (Flow first = new Flow(rig.pair(), FIRST);
                Flow second = new Flow(rig.pair(), SECOND)) {
            ChildJvm child = run();
            second.send();
            Await.until("left to the kernel", () -> second.atKernel() == 1);

            write("mode = pipelined", "batch = 32, " + accepting(SECOND));
            child.signal(libc_h.SIGHUP());
            child.awaitLine("reloaded " + config + ": ports.p.accept has 1 rule, it had 1 rule");
            child.awaitError("ports.p.batch");
            first.send();
            Await.until("left to the kernel now", () -> first.atKernel() == 1);
            second.send();

            Config last = stopped(child);
            assertEquals(1, last.getLong("ports.p.rx_frames"));
            assertEquals(1, last.getLong("ports.p.xdp.matched"));
            assertEquals(1, second.atKernel());
            List<String> errors = child.errorLines();
            assertEquals(
                    List.of(
                            "millrace: " + config
                                    + ": engine.mode is \"pipelined\" now, the engine runs with \"inline\"; restart the"
                                    + " engine to have it so",
                            "millrace: " + config
                                    + ": ports.p.batch is 32 now, the engine runs with 64; restart the engine to have"
                                    + " it so"),
                    errors);
        }
    }

    @Test
    void shouldChangeNothingWhenFileIsBrokenAndGoOn() throws Exception {
        write("", accepting(FIRST));
        ChildJvm child = run("--set", "engine.mode=inline");

        write("", "batch = many, " + accepting(SECOND));
        child.signal(libc_h.SIGHUP());
        child.awaitError("is not loaded; the engine goes on as before");
        assertTrue(
                child.errorLines().getFirst().startsWith("millrace: " + config + ":4: ports.p.batch is 'many'"),
                () -> child.errorLines().toString());

        Files.delete(config);
        child.signal(libc_h.SIGHUP());
        child.awaitError("no such file");

        write("", accepting(FIRST));
        child.signal(libc_h.SIGHUP());
        child.awaitLine("reloaded " + config + ": nothing has changed"); // with the same --set
        try (Flow first = new Flow(rig.pair(), FIRST)) {
            first.send();
            assertEquals(0, first.atKernel());
            assertEquals(1, stopped(child).getLong("ports.p.rx_frames"));
        }
    }

    @Test
    void shouldChangeNothingWhileAnIncludedFileIsAway() throws Exception {
        Path rules = folder.resolve("rules.conf");
        Files.writeString(rules, "millrace.ports.p." + accepting(FIRST));
        write("mode = inline", "");
        Files.writeString(config, Files.readString(config) + "include \"rules.conf\"\n");
        ChildJvm child = run();
        try (Flow first = new Flow(rig.pair(), FIRST);
                Flow second = new Flow(rig.pair(), SECOND)) {
            Files.move(rules, folder.resolve("rules.conf~"));
            child.signal(libc_h.SIGHUP());
            child.awaitError("is not loaded; the engine goes on as before");
            assertEquals(
                    "millrace: " + config + ":8: include 'rules.conf': there is no such file; correct the include, or"
                            + " the file",
                    child.errorLines().getFirst());
            first.send();
            second.send();
            Await.until("left to the kernel as before", () -> second.atKernel() == 1);

            Files.move(folder.resolve("rules.conf~"), rules);
            child.signal(libc_h.SIGHUP());
            child.awaitLine("reloaded " + config + ": nothing has changed");
            Config last = stopped(child);
            assertEquals(0, first.atKernel());
            assertEquals(1, last.getLong("ports.p.rx_frames"));
        }
    }

    @Test
    void shouldKeepRulesThatTheFileHasNoLonger() throws Exception {
        write("mode = inline", accepting(FIRST));
        ChildJvm child = run();
        try (Flow second = new Flow(rig.pair(), SECOND)) {
            write("mode = inline", "");
            child.signal(libc_h.SIGHUP());
            child.awaitError("is not loaded; the engine goes on as before");
            assertEquals(
                    "millrace: " + config + ":4: ports.p.accept is there no longer; write accept = all if the port is"
                            + " to take every frame, SSH and ARP too",
                    child.errorLines().getFirst());
            second.send();
            Await.until("left to the kernel as before", () -> second.atKernel() == 1);

            write("mode = inline", "accept = all");
            child.signal(libc_h.SIGHUP());
            child.awaitLine("ports.p.accept has no rules, every frame is taken");
            second.send();
            assertTrue(stopped(child).getLong("ports.p.rx_frames") > 0);
            assertEquals(1, second.atKernel());
        }
    }

    @Test
    void shouldTellTheLineOfRulesThatAreAnotherEngines() throws Exception {
        try (Rig two = Rig.create(2)) {
            two.start(Rig.config("", "accept = [\"udp dst port " + FIRST + "\"]", "{ stage = drop }"));
            write("", "queues = [1], " + accepting(FIRST));
            ChildJvm child = two.add(ChildJvm.start(
                    two.right().namespace(),
                    folder,
                    List.of(),
                    List.of(
                            "io.millrace.cli.Millrace",
                            "run",
                            config.toString(),
                            "--json",
                            folder.resolve("run.json").toString())));
            child.awaitLine("running");
            write("", "queues = [1], " + accepting(SECOND));
            child.signal(libc_h.SIGHUP());
            child.awaitError("stays as it was");
            assertEquals(
                    List.of("millrace: " + config + ":4: ports.p.accept stays as it was: the XDP program on the"
                            + " interface is another engine's, and its rules are not this one's to change; change"
                            + " them there, or"
                            + " give each engine an interface of its own"),
                    child.errorLines());
            stopped(child);
        }
    }

    @Test
    void shouldTellTheLineOfRulesThatAreTooMany() throws Exception {
        write("mode = inline", accepting(FIRST));
        ChildJvm child = run();
        StringBuilder rules = new StringBuilder("accept = [\"dst net 10.0.0.0/8 dst port 0-7000\"");
        for (int i = 0; i < 6_000; i++) {
            rules.append(", \"udp dst port ")
                    .append(i)
                    .append("\", \"udp dst host 10.0.")
                    .append(i / 250)
                    .append('.')
                    .append(i % 250)
                    .append('"');
        }
        write("mode = inline", rules + "]");
        child.signal(libc_h.SIGHUP());
        child.awaitError("is not loaded; the engine goes on as before");
        assertTrue(
                child.errorLines()
                        .getFirst()
                        .startsWith("millrace: " + config + ":4: ports.p.accept: accept: 12001 rules need more than"),
                () -> child.errorLines().toString());
        stopped(child);
    }
}
