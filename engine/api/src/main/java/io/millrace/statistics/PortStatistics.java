package io.millrace.statistics;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A snapshot of one port.
 *
 * @param name        its name in the config
 * @param type        its {@code type} in the config
 * @param local       the address that it is bound to; "" if it has none
 * @param queues      the queues of an interface that it holds; none for a port that holds none
 * @param counters    what the poller counted
 * @param kernel      what the kernel counted for it; each number is 0 where the kernel does not tell it
 * @param frames      where the frames of its memory are
 * @param link        what is known of the interfaces that it depends on; null if it depends on none
 * @param connections how its connections stand; null for a port without connections
 * @param errors      how often what went wrong was by which error: by kind, {@code tx_failed} say, and the error's name
 * @param details     what only its kind of port tells
 */
public record PortStatistics(
        String name,
        String type,
        String local,
        List<Integer> queues,
        Map<PortCounter, Long> counters,
        KernelStatistics kernel,
        FrameCensus frames,
        LinkStatistics link,
        ConnectionStatistics connections,
        Map<String, Map<String, Long>> errors,
        PortDetails details) {
    public PortStatistics {
        queues = List.copyOf(queues);
        counters = Map.copyOf(counters);
        errors = Map.copyOf(errors);
    }

    /**
     * What only this kind of port tells.
     *
     * @param kind the record of that kind
     * @throws IllegalArgumentException if the port is of another kind
     */
    public <T extends PortDetails> T details(Class<T> kind) {
        if (!kind.isInstance(details)) {
            throw new IllegalArgumentException("port " + name + " is of type " + type + " and has no "
                    + kind.getSimpleName() + "; ask a port that has");
        }
        return kind.cast(details);
    }

    /** The sum with the same port's snapshot in another poller: other queues, the same interface or address. */
    public PortStatistics plus(PortStatistics other) {
        Map<PortCounter, Long> sums = new EnumMap<>(counters);
        other.counters.forEach((counter, value) -> sums.merge(counter, value, Long::sum));
        List<Integer> all =
                Stream.concat(queues.stream(), other.queues.stream()).toList();
        return new PortStatistics(
                name,
                type,
                local,
                all,
                sums,
                kernel.plus(other.kernel),
                frames.plus(other.frames),
                link == null ? null : link.plus(other.link),
                connections == null ? null : connections.plus(other.connections),
                sum(errors, other.errors),
                details.plus(other.details));
    }

    private static Map<String, Map<String, Long>> sum(
            Map<String, Map<String, Long>> a, Map<String, Map<String, Long>> b) {
        Map<String, Map<String, Long>> sums = new TreeMap<>();
        for (Map<String, Map<String, Long>> each : List.of(a, b)) {
            each.forEach((kind, counts) -> counts.forEach((error, count) ->
                    sums.computeIfAbsent(kind, any -> new TreeMap<>()).merge(error, count, Long::sum)));
        }
        return sums;
    }

    /** One of the poller's counters. */
    public long get(PortCounter counter) {
        return counters.get(counter);
    }

    /** Some of the poller's counters, each by its name in lower case, as the JSON has them. */
    public Map<String, Object> byName(List<PortCounter> some) {
        Map<String, Object> map = new LinkedHashMap<>();
        some.forEach(counter -> map.put(counter.name().toLowerCase(Locale.ROOT), get(counter)));
        return map;
    }

    /** What the engine lost, by all the counters of {@link PortCounter#isLoss}; what the kernel lost is not in it. */
    public long lost() {
        long sum = 0;
        for (PortCounter counter : PortCounter.values()) {
            sum += counter.isLoss() ? get(counter) : 0;
        }
        return sum;
    }

    /** Frames received that are in no other counter: 0 when every frame has come out of the pipeline. */
    public long unaccounted() {
        return get(PortCounter.RX_FRAMES)
                - get(PortCounter.CONSUMED)
                - get(PortCounter.FORWARDED)
                - get(PortCounter.DROPPED_BY_STAGE)
                - get(PortCounter.DROPPED_TX_FULL)
                - get(PortCounter.DROPPED_INVALID)
                - get(PortCounter.DROPPED_AT_STOP)
                - get(PortCounter.DROPPED_GONE)
                - frames.inStages()
                - frames.leased();
    }
}
