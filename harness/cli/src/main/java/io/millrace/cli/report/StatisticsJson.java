package io.millrace.cli.report;

import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.LinkStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.statistics.StageStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the statistics as JSON. Tools outside rely on it: keys are added, never changed. */
public final class StatisticsJson {
    private static final int VERSION = 1;

    private StatisticsJson() {}

    private static final List<PortCounter> CONNECTIONS = List.of(
            PortCounter.ACCEPTED,
            PortCounter.ACCEPT_FAILED,
            PortCounter.ATTEMPTS,
            PortCounter.CONNECTED,
            PortCounter.REFUSED,
            PortCounter.CLOSED,
            PortCounter.FAILED,
            PortCounter.ABORTED,
            PortCounter.TIMED_OUT,
            PortCounter.WAIT_TIMED_OUT,
            PortCounter.MESSAGE_BYTES_MOVED,
            PortCounter.MESSAGES_REFUSED,
            PortCounter.MESSAGES_CUT,
            PortCounter.RX_BYTES_DISCARDED,
            PortCounter.FILES_CUT);

    /** Returns the statistics as a tree. */
    public static Map<String, Object> toMap(EngineStatistics statistics) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", VERSION);
        root.put("duration_ns", statistics.durationNs());
        root.put("alloc_bytes", statistics.allocBytes());
        root.put("engine_threads", statistics.engineThreads());
        root.put("log_dropped", statistics.logDropped());
        Map<String, Object> ports = new LinkedHashMap<>();
        statistics.ports().forEach(port -> ports.put(port.name(), port(port)));
        root.put("ports", ports);
        Map<String, Object> stages = new LinkedHashMap<>();
        for (StageStatistics stage : statistics.stages()) {
            stages.put(stage.name(), stage(stage));
        }
        root.put("stages", stages);
        if (statistics.uring() != null) {
            root.put(
                    "uring",
                    Map.of(
                            "enters",
                            statistics.uring().enters(),
                            "waits",
                            statistics.uring().waits(),
                            "overflows",
                            statistics.uring().overflows(),
                            "failures",
                            statistics.uring().failures()));
        }
        return root;
    }

    private static Map<String, Object> stage(StageStatistics stage) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("frames", stage.frames());
        map.put("errors", stage.errors());
        map.put("waiting", stage.waiting());
        map.put("left", stage.left());
        map.put("stuck_ns", stage.stuckNs());
        map.put("stalls", stage.stalls());
        map.put("timers", stage.timers());
        return map;
    }

    private static Map<String, Object> port(PortStatistics port) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", port.type());
        if (port.link() != null) {
            map.put("link", link(port.link()));
        }
        map.put("rx_frames", port.get(PortCounter.RX_FRAMES));
        map.put("rx_bytes", port.get(PortCounter.RX_BYTES));
        map.put("tx_frames", port.get(PortCounter.TX_FRAMES));
        map.put("tx_bytes", port.get(PortCounter.TX_BYTES));
        map.put("consumed", port.get(PortCounter.CONSUMED));
        map.put("forwarded", port.get(PortCounter.FORWARDED));
        map.put("copied", port.get(PortCounter.COPIED));
        map.put(
                "dropped",
                Map.of(
                        "by_stage", port.get(PortCounter.DROPPED_BY_STAGE),
                        "tx_full", port.get(PortCounter.DROPPED_TX_FULL),
                        "invalid", port.get(PortCounter.DROPPED_INVALID),
                        "at_stop", port.get(PortCounter.DROPPED_AT_STOP),
                        "gone", port.get(PortCounter.DROPPED_GONE)));
        map.put("kernel", kernel(port.kernel()));
        if (port.connections() != null) {
            map.put("connections", connections(port));
        }
        map.put(
                "wakeups",
                Map.of(
                        "rx",
                        port.get(PortCounter.RX_WAKEUPS),
                        "tx",
                        port.get(PortCounter.TX_WAKEUPS),
                        "tx_busy",
                        port.get(PortCounter.TX_BUSY)));
        map.put("errors", port.errors());
        map.put("frames", frames(port.frames()));
        map.putAll(port.details().toMap(port));
        return map;
    }

    private static Map<String, Object> connections(PortStatistics port) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("state", port.connections().state().toString());
        map.put("open", port.connections().open());
        map.put("last_error", port.connections().lastError());
        map.putAll(port.byName(CONNECTIONS));
        return map;
    }

    private static Map<String, Object> link(LinkStatistics link) {
        return Map.of(
                "state",
                link.state().name().toLowerCase(Locale.ROOT),
                "losses",
                link.losses(),
                "mtu",
                link.mtu(),
                "reopened",
                link.reopened(),
                "why",
                link.why());
    }

    private static Map<String, Object> kernel(KernelStatistics kernel) {
        return Map.of(
                "rx_dropped", kernel.rxDropped(),
                "rx_ring_full", kernel.rxRingFull(),
                "rx_early_dropped", kernel.rxEarlyDropped(),
                "rx_fill_ring_empty_descs", kernel.rxFillRingEmptyDescs(),
                "rx_invalid_descs", kernel.rxInvalidDescs(),
                "tx_invalid_descs", kernel.txInvalidDescs(),
                "tx_ring_empty_descs", kernel.txRingEmptyDescs());
    }

    private static Map<String, Object> frames(FrameCensus frames) {
        return Map.of(
                "total",
                frames.total(),
                "free",
                frames.free(),
                "in_rings",
                frames.inRings(),
                "in_stages",
                frames.inStages(),
                "leased",
                frames.leased(),
                "lost",
                frames.lost(),
                "following",
                frames.following());
    }
}
