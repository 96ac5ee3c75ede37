package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines that come and go leave nothing: no descriptor, no mapping, no thread, no program. */
@RootOnly
@Timeout(180)
class CycleTest {
    private static final int WARM = 20;
    private static final int CYCLES = 180;
    /** What the JVM may map and open by itself meanwhile: well below one for each cycle. */
    private static final int SLACK = CYCLES / 4;

    static final long UMEM_KB = 8192 * 2;

    /**
     * What this process has open.
     *
     * @param mappings all of them, the JVM's own included, which come and go
     * @param rings    those of descriptors, which engines alone make: rings, and maps of programs
     */
    record Holdings(long descriptors, long sockets, long mappings, long rings, long threads, long residentKb) {
        static Holdings now() throws IOException {
            System.gc(); // counters live in direct buffers
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"));
                    Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
                long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
                return new Holdings(
                        open.count(),
                        maps.stream().filter(line -> line.contains("socket:")).count(),
                        maps.size(),
                        maps.stream()
                                .filter(line -> line.matches(".* (socket|anon_inode):.*"))
                                .count(),
                        tasks.count(),
                        resident);
            }
        }
    }

    private static void cycle(Rig rig, KernelTraffic traffic, int number) {
        String mode = number % 2 == 0 ? "inline" : "pipelined";
        Engine engine = Rig.startOne(
                rig.right().namespace(),
                Rig.config("mode = " + mode, "", "{ stage = reflect }, { stage = forward, to = p }"),
                Map.of());
        if (number % 10 == 0) {
            traffic.send(TrafficPlan.frames(100));
            Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) >= 100);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @Test
    void shouldLeaveNothingBehindWhenEnginesComeAndGo() throws Exception {
        try (Rig rig = Rig.create()) {
            KernelTraffic traffic = rig.traffic();
            for (int i = 0; i < WARM; i++) {
                cycle(rig, traffic, i);
            }
            Holdings before = Holdings.now();
            for (int i = 0; i < CYCLES; i++) {
                cycle(rig, traffic, i);
            }
            Holdings after = Holdings.now();
            String change = before + " -> " + after;
            assertTrue(after.descriptors <= before.descriptors + SLACK, change);
            assertTrue(after.sockets == 0 && before.sockets == 0, change);
            assertTrue(after.mappings <= before.mappings + SLACK, change);
            assertEquals(before.rings, after.rings, change);
            assertTrue(after.threads <= before.threads + SLACK, change);
            assertTrue(after.residentKb <= before.residentKb + CYCLES / 4 * UMEM_KB, change);
            assertFalse(rig.right().hasXdpProgram());
        }
    }
}
