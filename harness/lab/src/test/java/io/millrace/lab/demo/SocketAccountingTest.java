package io.millrace.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.TcpTransport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Where datagrams and streams went, by invented counters. */
class SocketAccountingTest {
    private static final long SENT = 1_000;
    private static final List<String> COUNTERS = List.of(
            "rx_frames",
            "rx_bytes",
            "tx_frames",
            "tx_bytes",
            "forwarded",
            "consumed",
            "dropped.by_stage",
            "dropped.tx_full",
            "dropped.invalid",
            "dropped.at_stop",
            "dropped.gone",
            "kernel.rx_dropped",
            "socket.rx_truncated",
            "socket.tx_failed");

    private final Map<String, Object> counters = new HashMap<>();
    private long received = SENT;
    private long corrupted;
    private long duplicated;
    private long driverDrops;
    private long droppedByLo;
    private TcpTransport.Bytes bytes = new TcpTransport.Bytes(SENT, SENT, SENT);

    SocketAccountingTest() {
        COUNTERS.forEach(counter -> set(counter, 0));
        for (String counter : List.of("rx_frames", "rx_bytes", "tx_frames", "tx_bytes", "forwarded")) {
            set(counter, SENT);
        }
    }

    private void set(String counter, long value) {
        counters.put("ports.ingress." + counter, value);
    }

    private void missBehind(long frames, String... behind) {
        for (String counter : behind) {
            counters.merge("ports.ingress." + counter, -frames, (one, other) -> (long) one + (long) other);
        }
        received -= frames;
    }

    private EngineResult engine() {
        return EngineResult.parse(ConfigFactory.parseMap(counters).root().render(ConfigRenderOptions.concise()));
    }

    private EchoCounts counts() {
        return new EchoCounts(SENT, received, corrupted, duplicated);
    }

    private Accounting udp() {
        return UdpFindings.account(counts(), engine(), driverDrops, droppedByLo);
    }

    private void assertLost(Map<String, Long> losses) {
        assertEquals(losses, udp().losses());
        assertEquals(0, udp().unaccounted());
        assertEquals(SENT - received, udp().lost());
    }

    @Test
    void shouldFindNothingMissingWhenAllDatagramsCameBack() {
        assertLost(Map.of());
    }

    @Test
    void shouldFindDatagramsThatSocketsHadNoRoomFor() {
        missBehind(30, "rx_frames", "forwarded", "tx_frames");
        set("kernel.rx_dropped", 20);
        set("socket.rx_truncated", 10);
        missBehind(5);
        driverDrops = 5;
        assertLost(Map.of(
                "engine.kernel.rx_dropped", 20L, "engine.socket.rx_truncated", 10L, "driver.kernel.rx_dropped", 5L));
    }

    @Test
    void shouldFindDatagramsThatTheEngineDropped() {
        missBehind(21, "forwarded", "tx_frames");
        set("dropped.by_stage", 1);
        set("dropped.tx_full", 2);
        set("dropped.invalid", 3);
        set("dropped.at_stop", 4);
        set("dropped.gone", 5);
        set("consumed", 6);
        missBehind(7, "tx_frames");
        set("socket.tx_failed", 7);
        assertLost(Map.of(
                "engine.dropped.by_stage",
                1L,
                "engine.dropped.tx_full",
                2L,
                "engine.dropped.invalid",
                3L,
                "engine.dropped.at_stop",
                4L,
                "engine.dropped.gone",
                5L,
                "engine.consumed",
                6L,
                "engine.socket.tx_failed",
                7L));
    }

    @Test
    void shouldFindDatagramsThatTheLoopbackInterfaceDropped() {
        missBehind(5, "rx_frames", "forwarded", "tx_frames");
        missBehind(3);
        droppedByLo = 10; // two of them someone else's
        assertLost(Map.of("lo.to_engine", 5L, "lo.to_driver", 3L));
    }

    @Test
    void shouldNotTakeTheLoopbackInterfacesDropsTwice() {
        missBehind(5, "rx_frames", "forwarded", "tx_frames");
        missBehind(5);
        droppedByLo = 7;
        assertEquals(Map.of("lo.to_engine", 5L, "lo.to_driver", 2L), udp().losses());
        assertEquals(3, udp().unaccounted());
    }

    @Test
    void shouldNoticeDatagramsThatNoCounterHas() {
        missBehind(1, "rx_frames", "forwarded", "tx_frames");
        assertEquals(1, udp().unaccounted());
        missBehind(2, "forwarded", "tx_frames");
        assertEquals(3, udp().unaccounted());
        missBehind(4, "tx_frames");
        assertEquals(7, udp().unaccounted());
        missBehind(8);
        assertEquals(15, udp().unaccounted());
    }

    @Test
    void shouldNoticeDatagramsInTwoCountersOrFromNowhere() {
        set("kernel.rx_dropped", 2);
        assertEquals(2, udp().unaccounted());
        duplicated = 3;
        assertEquals(5, udp().unaccounted());
    }

    @Test
    void shouldNotMissDatagramsThatCameBackCorrupted() {
        received -= 2;
        corrupted = 2;
        assertEquals(0, udp().unaccounted());
    }

    private Accounting tcp() {
        return TcpFindings.account(bytes, engine());
    }

    @Test
    void shouldFindNothingMissingWhenAllBytesCameBack() {
        assertEquals(new Accounting(Map.of(), 0), tcp());
    }

    @Test
    void shouldNoticeBytesThatNobodyHas() {
        set("rx_bytes", SENT - 1);
        set("tx_bytes", SENT - 3);
        bytes = new TcpTransport.Bytes(SENT, SENT, SENT - 7);
        assertEquals(new Accounting(Map.of(), 1 + 2 + 4), tcp());
    }

    @Test
    void shouldNoticeFramesOfAStreamThatNobodyHas() {
        set("forwarded", SENT - 1);
        assertEquals(2, tcp().unaccounted(), "neither dropped nor sent");
    }

    @Test
    void shouldFindBytesThatWereNeverWritten() {
        bytes = new TcpTransport.Bytes(SENT + 9, SENT, SENT);
        assertEquals(new Accounting(Map.of("driver.unsent", 9L), 0), tcp());
        assertEquals(9, bytes.lost());
    }

    /** How many bytes those frames had is not counted. */
    @Test
    void shouldFindFramesOfAStreamThatTheEngineDropped() {
        set("forwarded", SENT - 3);
        set("tx_frames", SENT - 3);
        set("dropped.gone", 2);
        set("dropped.tx_full", 1);
        set("tx_bytes", SENT - 100);
        bytes = new TcpTransport.Bytes(SENT, SENT, SENT - 100);
        assertEquals(new Accounting(Map.of("engine.dropped.gone", 2L, "engine.dropped.tx_full", 1L), 0), tcp());
        assertEquals(100, bytes.lost());
    }

    private List<String> problems(Findings findings) {
        EchoReport report = new EchoReport(counts(), 1, 0, new Histogram(3), new Histogram(3), 0);
        return new DemoResult(engine(), report, findings, new CpuWaits(0, 0), new WarmUp(1, new EchoCounts(0, 0, 0, 0)))
                .problems();
    }

    private Findings findings(String failure) {
        return new UdpFindings(
                new EchoReport(counts(), 1, 0, new Histogram(3), new Histogram(3), 0),
                engine(),
                udp(),
                driverDrops,
                failure);
    }

    @Test
    void shouldReportDatagramsThatAreUnaccountedFor() {
        assertEquals(List.of(), problems(findings("")));
        missBehind(4);
        assertEquals(List.of("4 datagrams are unaccounted for"), problems(findings("")));
    }

    @Test
    void shouldSayWhyNothingCameBack() {
        received = 0;
        droppedByLo = SENT;
        List<String> problems = problems(findings("Connection refused"));
        assertTrue(problems.contains("no echo came back"), problems::toString);
        assertTrue(problems.getLast().endsWith("Connection refused"), problems::toString);
    }

    @Test
    void shouldReportConnectionsThatEndedTooEarly() {
        EchoReport report = new EchoReport(counts(), 1, 0, new Histogram(3), new Histogram(3), 0);
        assertEquals(
                List.of("a connection ended too early (Connection reset)"),
                problems(new TcpFindings(report, engine(), tcp(), bytes, "Connection reset")));
    }
}
