package io.millrace.cli;

import io.millrace.Engine;
import io.millrace.cli.report.ProcessAge;
import io.millrace.statistics.SetUpTimes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long it took from the start of the process to an engine that receives, and to the first frame that it has
 * handled. That one is looked for from outside, at intervals of a millisecond, and no longer than the start may have to
 * do with it: the duty cycle knows nothing of it. One thread.
 */
final class StartClock {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WATCH_NS = TimeUnit.SECONDS.toNanos(10);

    private final Engine engine;
    private final SetUpTimes setUp;
    private final long readyNs = System.nanoTime();
    private final ProcessAge age = ProcessAge.now();
    private boolean watching = true;
    private long firstFrameNs;

    /** Of an engine that has just started. */
    StartClock(Engine engine) {
        this.engine = engine;
        this.setUp = engine.setUpTimes();
    }

    /** How long to wait before the next {@link #look}, at most that long. */
    long patienceNs(long mostNs) {
        return watching ? Math.min(mostNs, LOOK_NS) : mostNs;
    }

    /** Notes the first frame, when it has been handled since the last look. */
    void look() {
        if (!watching) {
            return;
        }
        long nowNs = System.nanoTime();
        if (engine.hasHandledFrame()) {
            firstFrameNs = nowNs;
            watching = false;
        } else if (nowNs - readyNs > WATCH_NS) {
            watching = false;
        }
    }

    /** For the JSON; without a first frame when there was none soon enough. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("process_to_jvm_ns", age.processNs() - age.jvmNs());
        map.put("jvm_to_ready_ns", age.jvmNs());
        map.put("warm_up_ns", setUp.warmUpNs());
        map.put("open_ns", setUp.openNs());
        map.put("to_ready_ns", age.processNs());
        if (firstFrameNs != 0) {
            map.put("to_first_frame_ns", age.processNs() + firstFrameNs - readyNs);
        }
        return map;
    }
}
