package io.millrace.cli.report;

import io.millrace.statistics.EngineStatistics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@link CounterLines} for tools: all statistics since the start, with {@link System#nanoTime} as {@code time_ns} and
 * the time of day in UTC as {@code time}.
 */
public final class JsonLines implements CounterLines {
    private final Supplier<Map<String, Object>> output;

    /** @param output returns the current state of this process's output, for the statistics */
    public JsonLines(Supplier<Map<String, Object>> output) {
        this.output = output;
    }

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

    private String line(EngineStatistics statistics) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("time_ns", System.nanoTime());
        tree.put("time", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
        tree.putAll(StatisticsJson.toMap(statistics));
        tree.put("output", output.get());
        return Json.line(tree);
    }
}
