package io.millrace.statistics;

import io.millrace.core.counters.PortCounters;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A snapshot of one port.
 *
 * @param local    the address that a socket port is bound to; "" for an AF_XDP port
 * @param attach   {@code native} or {@code skb}, as granted; "" for a socket port
 * @param copy     {@code zero-copy} or {@code copy}, as granted; "" for a socket port
 * @param queues   the queues that the port holds; none for a socket port
 * @param counters what the poller counted
 * @param kernel   what the kernel counted for the sockets; of UDP sockets {@code rxDropped} alone
 * @param matched  frames that the XDP program sent to the sockets
 * @param passed   frames that it left to the kernel
 * @param tooShort of those, frames that ended inside a header
 * @param frames   where the frames are
 * @param asked    what was asked for in the place of {@code attach} and {@code copy}
 * @param why      the reason of each step down from that; "" if there was none
 * @param txBudget the most frames that the kernel sends in one wake-up in copy mode; 0 for a socket port
 * @param link     what is known of the interface; null for a socket port that depends on none
 * @param transmit who sees to what stages may ask for frames that leave by the port
 * @param connections how the connections of a TCP port stand; null for any other
 * @param errors   how often what went wrong was by which error: by kind, {@code tx_failed} say, and the error's name
 */
public record PortStatistics(
        String name,
        String type,
        String local,
        String attach,
        String copy,
        List<Integer> queues,
        Map<PortCounter, Long> counters,
        KernelStatistics kernel,
        long matched,
        long passed,
        long tooShort,
        FrameCensus frames,
        AskedMode asked,
        String why,
        int txBudget,
        LinkStatistics link,
        TransmitStates transmit,
        ConnectionStatistics connections,
        Map<String, Map<String, Long>> errors) {
    public PortStatistics {
        queues = List.copyOf(queues);
        counters = Map.copyOf(counters);
        errors = Map.copyOf(errors);
    }

    /** Of a socket port. */
    public static PortStatistics ofSocket(
            String name,
            String type,
            String local,
            PortCounters counters,
            KernelStatistics kernel,
            FrameCensus frames,
            LinkStatistics link,
            ConnectionStatistics connections) {
        return new PortStatistics(
                name,
                type,
                local,
                "",
                "",
                List.of(),
                counters.all(),
                kernel,
                0,
                0,
                0,
                frames,
                AskedMode.NOTHING,
                "",
                0,
                link,
                TransmitStates.OFF,
                connections,
                counters.errors());
    }

    /** Both together, of the same port in two lanes: other queues, the same interface or address. */
    public PortStatistics plus(PortStatistics other) {
        Map<PortCounter, Long> sums = new EnumMap<>(counters);
        other.counters.forEach((counter, value) -> sums.merge(counter, value, Long::sum));
        List<Integer> all =
                Stream.concat(queues.stream(), other.queues.stream()).toList();
        return new PortStatistics(
                name,
                type,
                local,
                attach,
                copy,
                all,
                sums,
                kernel.plus(other.kernel),
                matched + other.matched,
                passed + other.passed,
                tooShort + other.tooShort,
                frames.plus(other.frames),
                asked,
                why,
                txBudget,
                link == null ? null : link.plus(other.link),
                transmit,
                connections == null ? null : connections.plus(other.connections),
                sum(errors, other.errors));
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

    /** Whether it is a port of sockets: those have no queues. */
    public boolean isSocket() {
        return !local.isEmpty();
    }

    /** One of the poller's counters. */
    public long get(PortCounter counter) {
        return counters.get(counter);
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
