package io.millrace.lab.bench;

import io.millrace.lab.bench.Round.Cost;
import io.millrace.lab.bench.Round.Latency;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a round as JSON. Keys are added, never changed; what was not measured is left out. */
public final class RoundJson {
    private RoundJson() {}

    /** Its tree. A frame is a datagram or a message in the suites that have such. */
    public static Map<String, Object> of(Suite suite, Settings settings, Round round) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("suite", suite.toString());
        map.put("contender", round.contender());
        map.put("mode", settings.mode().toString());
        put(map, "frames_per_second", round.perSecond());
        put(map, "offered_per_second", round.rates().offered());
        put(map, "dropped_per_second", round.rates().dropped());
        put(map, "second_half_to_first", round.rates().rise());
        Cost cost = round.cost();
        put(map, "cpu_ns_per_frame", cost.cpuNs());
        put(map, "user_ns_per_frame", cost.userNs());
        put(map, "heap_bytes_per_frame", cost.heapBytes());
        put(map, "resident_bytes", cost.resident());
        put(map, "gc_pauses_ns", round.pausesNs());
        Latency latency = round.latency();
        put(map, "p50_ns", latency.p50Ns());
        put(map, "p99_ns", latency.p99Ns());
        put(map, "p999_ns", latency.p999Ns());
        put(map, "max_ns", latency.maxNs());
        put(map, "waited", round.waited());
        round.distance().put(map);
        map.put("problem", round.problem());
        map.put("command", round.command());
        return map;
    }

    private static void put(Map<String, Object> map, String name, double value) {
        if (Double.isFinite(value)) {
            map.put(name, value);
        }
    }
}
