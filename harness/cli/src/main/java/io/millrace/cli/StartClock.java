package io.millrace.cli;

import io.millrace.Engine;
import io.millrace.cli.report.ProcessAge;
import io.millrace.statistics.SetUpTimes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long it took from the start of the process to an engine that receives, and to the first frame that it
 * has handled. The first frame is looked for from outside, at intervals of a millisecond and only for a while, so that
 * the duty cycle has nothing to do with it. Used by one thread only.
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

    /** Makes the clock of an engine that has just started. */
    StartClock(Engine engine) {
        this.engine = engine;
        this.setUp = engine.setUpTimes();
    }

    /** How long to wait before the next {@link #look}, at most that long. */
    long patienceNs(long mostNs) {
        return watching ? Math.min(mostNs, LOOK_NS) : mostNs;
    }

    /** Notes the first frame if it has been handled since the last look. */
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

    /** Returns the times for the JSON, without the first frame if there was none soon enough. */
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
