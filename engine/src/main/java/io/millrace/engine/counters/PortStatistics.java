package io.millrace.engine.counters;

import java.util.List;
import java.util.Map;

/**
 * A snapshot of one port.
 *
 * @param attach   {@code native} or {@code skb}, as granted
 * @param copy     {@code zero-copy} or {@code copy}, as granted
 * @param queues   the queues that the port holds
 * @param counters what the poller counted
 * @param kernel   what the kernel counted for the sockets
 * @param matched  frames that the XDP program sent to the sockets
 * @param passed   frames that it left to the kernel
 * @param tooShort of those, frames that ended inside a header
 * @param frames   where the frames are
 */
public record PortStatistics(String name, String type, String attach, String copy, List<Integer> queues,
                             Map<PortCounter, Long> counters, KernelStatistics kernel,
                             long matched, long passed, long tooShort, FrameCensus frames) {
    public PortStatistics {
        queues = List.copyOf(queues);
        counters = Map.copyOf(counters);
    }

    /** One of the poller's counters. */
    public long get(PortCounter counter) {
        return counters.get(counter);
    }

    /** Frames received that are in no other counter: 0 when every frame has come out of the pipeline. */
    public long unaccounted() {
        return get(PortCounter.RX_FRAMES) - get(PortCounter.CONSUMED) - get(PortCounter.FORWARDED)
            - get(PortCounter.DROPPED_BY_STAGE) - get(PortCounter.DROPPED_TX_FULL) - get(PortCounter.DROPPED_INVALID)
            - get(PortCounter.DROPPED_AT_STOP) - get(PortCounter.DROPPED_GONE) - frames.inStages() - frames.leased();
    }
}
