package io.millrace.harness.report;

import io.millrace.engine.counters.EngineStatistics;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link CounterLines} for tools: all statistics since the start, and {@link System#nanoTime} as {@code time_ns}. */
public final class JsonLines implements CounterLines {
    @Override
    public String started(EngineStatistics first) {
        return line(first);
    }

    @Override
    public String next(EngineStatistics now) {
        return line(now);
    }

    @Override
    public String total(EngineStatistics last) {
        return line(last);
    }

    private static String line(EngineStatistics statistics) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("time_ns", System.nanoTime());
        tree.putAll(StatisticsJson.toMap(statistics));
        return JsonLine.of(tree);
    }
}
