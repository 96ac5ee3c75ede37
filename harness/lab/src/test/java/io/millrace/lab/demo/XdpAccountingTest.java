package io.millrace.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.XdpTransport;
import io.millrace.statistics.KernelStatistics;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XdpAccountingTest {
    private static final long SENT = 1_000;

    /** Counters of the engine's port that are not 0. */
    private final Map<String, Long> port = new HashMap<>();

    private long received = SENT;
    private long corrupted;
    private long duplicated;
    private long matchedByDriver = SENT;
    private KernelStatistics driverKernel = KernelStatistics.ZERO;
    private long droppedToEngine;
    private long droppedToDriver;

    XdpAccountingTest() {
        set("xdp.matched", SENT);
        set("rx_frames", SENT);
        set("forwarded", SENT);
        set("tx_frames", SENT);
    }

    private void set(String path, long value) {
        port.put(path, value);
    }

    private long get(String path) {
        return port.getOrDefault(path, 0L);
    }

    /** Loses frames at a place: all counters after it have that many fewer. */
    private void missBehind(long frames, String... counters) {
        for (String counter : counters) {
            set(counter, get(counter) - frames);
        }
        matchedByDriver -= frames;
        received -= frames;
    }

    private Accounting accounting() {
        String json = String.format(
                Locale.ROOT,
                """
            {"alloc_bytes":0,"ports":{"ingress":{"rx_frames":%d,"tx_frames":%d,"forwarded":%d,"consumed":%d,
            "dropped":{"by_stage":%d,"tx_full":%d,"invalid":%d,"at_stop":%d,"gone":%d},
            "kernel":{"rx_dropped":%d,"rx_ring_full":%d,"tx_invalid_descs":%d},"xdp":{"matched":%d}}}}
            """,
                get("rx_frames"),
                get("tx_frames"),
                get("forwarded"),
                get("consumed"),
                get("dropped.by_stage"),
                get("dropped.tx_full"),
                get("dropped.invalid"),
                get("dropped.at_stop"),
                get("dropped.gone"),
                get("kernel.rx_dropped"),
                get("kernel.rx_ring_full"),
                get("kernel.tx_invalid_descs"),
                get("xdp.matched"));
        return XdpFindings.account(
                new EchoCounts(SENT, received, corrupted, duplicated),
                new XdpTransport.Counts(matchedByDriver, driverKernel),
                EngineResult.parse(json),
                droppedToEngine,
                droppedToDriver);
    }

    private void assertLost(Map<String, Long> losses) {
        Accounting accounting = accounting();
        assertEquals(losses, accounting.losses());
        assertEquals(0, accounting.unaccounted());
        assertEquals(SENT - received, accounting.lost());
    }

    private void assertUnaccounted(long frames) {
        assertEquals(frames, accounting().unaccounted());
    }

    @Test
    void shouldFindNothingMissingWhenAllCameBack() {
        assertLost(Map.of());
    }

    @Test
    void shouldFindFramesInTheEnginesKernelCounters() {
        missBehind(30, "rx_frames", "forwarded", "tx_frames");
        set("kernel.rx_ring_full", 20);
        set("kernel.rx_dropped", 10);
        assertLost(Map.of("engine.kernel.rx_ring_full", 20L, "engine.kernel.rx_dropped", 10L));
    }

    @Test
    void shouldFindFramesThatTheEngineDropped() {
        missBehind(21, "forwarded", "tx_frames");
        set("dropped.by_stage", 1);
        set("dropped.tx_full", 2);
        set("dropped.invalid", 3);
        set("dropped.at_stop", 4);
        set("consumed", 5);
        set("dropped.gone", 6);
        assertLost(Map.of(
                "engine.dropped.by_stage",
                1L,
                "engine.dropped.tx_full",
                2L,
                "engine.dropped.invalid",
                3L,
                "engine.dropped.at_stop",
                4L,
                "engine.consumed",
                5L,
                "engine.dropped.gone",
                6L));
    }

    @Test
    void shouldFindFramesThatTheVethDropped() {
        missBehind(5, "xdp.matched", "rx_frames", "forwarded", "tx_frames");
        droppedToEngine = 7; // two of them someone else's
        missBehind(3);
        droppedToDriver = 3;
        assertLost(Map.of("veth.to_engine", 5L, "veth.to_driver", 3L));
    }

    @Test
    void shouldFindFramesThatTheDriverHadNoRoomFor() {
        received -= 9;
        driverKernel = new KernelStatistics(4, 5, 0, 0, 0, 0, 0);
        assertLost(Map.of("driver.kernel.rx_dropped", 4L, "driver.kernel.rx_ring_full", 5L));
    }

    @Test
    void shouldNotMissFramesThatCameBackCorrupted() {
        received -= 2;
        corrupted = 2;
        assertUnaccounted(0);
    }

    @Test
    void shouldNoticeFramesThatNoCounterHas() {
        missBehind(1, "xdp.matched", "rx_frames", "forwarded", "tx_frames");
        assertUnaccounted(1);
    }

    @Test
    void shouldNoticeFramesLostBetweenSocketAndEngine() {
        missBehind(4, "rx_frames", "forwarded", "tx_frames");
        set("kernel.rx_ring_full", 1);
        assertUnaccounted(3);
    }

    @Test
    void shouldNoticeFramesLostInsideTheEngine() {
        missBehind(4, "forwarded", "tx_frames");
        assertUnaccounted(4);
    }

    @Test
    void shouldNoticeFramesInTwoCounters() {
        set("dropped.by_stage", 2);
        assertUnaccounted(2);
    }

    @Test
    void shouldNoticeFramesThatTheDriverCannotTell() {
        received -= 1;
        assertUnaccounted(1);
    }

    @Test
    void shouldNoticeFramesThatCameFromNowhere() {
        matchedByDriver += 1;
        duplicated = 1;
        assertUnaccounted(1);
    }
}
