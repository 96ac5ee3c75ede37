package io.millrace.statistics;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A snapshot of one port's statistics.
 *
 * @param name        its name in the config
 * @param type        its {@code type} in the config
 * @param local       the address that it is bound to; "" if it has none
 * @param queues      the queues of an interface that it holds; empty if it holds none
 * @param counters    the poller's counters
 * @param kernel      the kernel's counts for the port; a number that the kernel does not tell is 0
 * @param frames      where the frames of its memory are
 * @param link        what is known of the interfaces that it depends on; null if it depends on none
 * @param connections the state of its connections; null for a port without connections
 * @param errors      how often each error was the reason of a fault: by the kind of fault, {@code tx_failed} for
 *                    instance, and the error's name
 * @param details     the statistics that only its kind of port has
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
     * Returns the statistics that only this kind of port has.
     *
     * @param kind the class of that kind's record
     * @throws IllegalArgumentException if the port is of another kind
     */
    public <T extends PortDetails> T details(Class<T> kind) {
        if (!kind.isInstance(details)) {
            throw new IllegalArgumentException("port " + name + " is of type " + type + " and has no "
                    + kind.getSimpleName() + "; ask a port that has");
        }
        return kind.cast(details);
    }

    /**
     * Returns the sum with the same port's snapshot in another poller, which has other queues of the same interface, or
     * the same address.
     */
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

    /** Returns one of the poller's counters. */
    public long get(PortCounter counter) {
        return counters.get(counter);
    }

    /** Returns some of the poller's counters, by their names in lower case, as in the JSON. */
    public Map<String, Object> byName(List<PortCounter> some) {
        Map<String, Object> map = new LinkedHashMap<>();
        some.forEach(counter -> map.put(counter.name().toLowerCase(Locale.ROOT), get(counter)));
        return map;
    }

    /**
     * The number of frames that the engine lost, by all counters of {@link PortCounter#isLoss}; the kernel's losses are
     * not included.
     */
    public long lost() {
        long sum = 0;
        for (PortCounter counter : PortCounter.values()) {
            sum += counter.isLoss() ? get(counter) : 0;
        }
        return sum;
    }

    /** The number of received frames that are in no other counter: 0 when every frame has come out of the pipeline. */
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
