package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.Engine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the threads of an engine use, by the JVM's count. */
final class EngineThreads {
    private static final ThreadMXBean MX = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long IDLE_NS = 50_000_000;

    private final long[] ids;

    private EngineThreads(long[] ids) {
        this.ids = ids;
    }

    /** All that an engine tells of. */
    static EngineThreads of(Engine engine) {
        List<String> names = engine.statistics().engineThreads();
        long[] ids = Arrays.stream(MX.getThreadInfo(MX.getAllThreadIds()))
                .filter(info -> info != null && names.contains(info.getThreadName()))
                .mapToLong(info -> info.getThreadId())
                .toArray();
        assertTrue(ids.length == names.size() && ids.length > 0, names::toString);
        return new EngineThreads(ids);
    }

    private long allocatedBytes() {
        return Arrays.stream(MX.getThreadAllocatedBytes(ids)).sum();
    }

    private long cpuNs() {
        return Arrays.stream(MX.getThreadCpuTime(ids)).sum();
    }

    /** Bytes of heap that they allocate each time that work is done, up to the first time without any. */
    List<Long> allocated(int rounds, Runnable work) {
        List<Long> bytes = new ArrayList<>();
        do {
            long before = allocatedBytes();
            work.run();
            bytes.add(allocatedBytes() - before);
        } while (bytes.getLast() > 0 && bytes.size() < rounds);
        return bytes;
    }

    /** They use next to no CPU in one second of three. */
    void assertSleep() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int second = 0; second < 3 && least > IDLE_NS; second++) {
            long before = cpuNs();
            Thread.sleep(1_000);
            least = Math.min(least, cpuNs() - before);
        }
        long used = least;
        assertTrue(used < IDLE_NS, () -> used + " ns of CPU in an idle second");
    }
}
