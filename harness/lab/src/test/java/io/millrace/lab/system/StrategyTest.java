package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.StageStatistics;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to wait, every mode, parallel stages, pinned threads. */
@Alone
@RootOnly
@Timeout(60)
class StrategyTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final List<String> IDLE = List.of("busy-spin", "backoff", "wait");
    private static final List<String> WAIT = List.of("busy-spin", "yielding", "sleeping", "blocking");
    private static final int FRAMES = 2_000;
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    static Stream<String> combinations() {
        List<String> all = new ArrayList<>();
        for (String idle : IDLE) {
            all.add("mode = inline, idle = " + idle);
            for (String wait : WAIT) {
                all.add("mode = pipelined, idle = " + idle + ", wait-strategy = " + wait);
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void shouldEchoWhateverTheThreadsDoWhileTheyWait(String engineConfig) {
        Engine engine = rig.start(Rig.config(engineConfig, "", ECHO));
        // Slowly, so that all of them fall asleep in between; each burst fits the rings.
        for (int sent = FRAMES / 4; sent <= FRAMES; sent += FRAMES / 4) {
            int target = sent;
            rig.traffic().send(TrafficPlan.frames(FRAMES / 4).at(50_000));
            Await.until("echoed " + target, () -> Rig.port(engine).get(PortCounter.FORWARDED) == target);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldShowEveryFrameToAllParallelStages(String mode) {
        String pipeline = "{ stage = count, name = first }, [{ stage = count, name = a }, { stage = count, name = b },"
                + " { stage = count, name = c }], [{ stage = drop, name = d }, { stage = forward, to = p, name = e }],"
                + " { stage = count, name = last }";
        Engine engine = rig.start(Rig.config("mode = " + mode, "", pipeline));
        rig.load();
        Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > 200_000);
        engine.close();
        Accounts.assertHome(engine.statistics());
        long received = Rig.port(engine).get(PortCounter.RX_FRAMES);
        assertEquals(received, Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE), "a drop beats a forward");
        for (StageStatistics stage : engine.statistics().stages()) {
            boolean skips = stage.name().equals("last")
                    || mode.equals("inline") && stage.name().equals("e");
            if (!skips) {
                assertEquals(received, stage.frames(), stage.name());
            } else if (stage.name().equals("last")) {
                assertEquals(0, stage.frames(), "behind a drop");
            }
        }
    }

    @Test
    void shouldSleepInTheKernelWhenThereIsNothingToDo() throws Exception {
        Engine engine = rig.start(Rig.config("idle = wait, wait-strategy = blocking", "", ECHO));
        rig.traffic().send(TrafficPlan.frames(100));
        Await.until("idle", () -> Rig.port(engine).get(PortCounter.FORWARDED) == 100);
        EngineThreads.of(engine).assertSleep();
    }

    private static final class WhereAmI implements Stage {
        private volatile String cpus;

        @Override
        public void onStart() {
            cpus = allowed("thread-self");
        }

        @Override
        public void onFrame(Frame frame) {}
    }

    private static String allowed(String task) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + task + "/status"))) {
            return lines.filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .findFirst()
                    .orElseThrow()
                    .substring("Cpus_allowed_list:".length())
                    .strip();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void shouldPinPollerAndStagesWhereTheConfigSays() throws Exception {
        String[] own = allowed("self").split("[-,]");
        String one = own[own.length - 1]; // the same CPU as the other one if there is only one
        String other = own[0];
        WhereAmI first = new WhereAmI();
        WhereAmI second = new WhereAmI();
        Engine engine = rig.start(
                Rig.config(
                        "cpus { poller = " + one + ", stages = [" + one + ", " + other + "] }", "", "{ stage = drop }"),
                new TreeMap<>(Map.of("first", first, "second", second)));
        assertEquals(one, first.cpus);
        assertEquals(other, second.cpus);
        assertEquals(one, allowedOf("mr-poller"));
        assertEquals(one, allowedOf("mr-drop"), "from the first CPU again");
        engine.close();
        WhereAmI inline = new WhereAmI();
        rig.start(
                Rig.config("mode = inline, cpus { poller = " + other + " }", "", "{ stage = drop }"), "inline", inline);
        assertEquals(other, inline.cpus);
    }

    private static String allowedOf(String threadName) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            Path task = tasks.filter(path -> name(path).equals(threadName))
                    .findFirst()
                    .orElseThrow();
            return allowed("self/task/" + task.getFileName());
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void shouldRunUnpinnedWhenTheCpuIsNotThere() {
        try (LogCapture log = new LogCapture()) {
            Engine engine = rig.start(Rig.config("cpus { poller = 1000 }", "", "{ stage = drop }"));
            rig.traffic().send(TrafficPlan.frames(100));
            Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) == 100);
            assertEquals(1, log.lines("can't be pinned to CPU 1000").size(), log::text);
        }
    }
}
