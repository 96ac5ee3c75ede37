package io.millrace.harness.demo;

import io.millrace.harness.traffic.EchoCounts;
import io.millrace.harness.traffic.EchoDriver;
import io.millrace.harness.traffic.EchoReport;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The result as a table of at most 100 columns: what, how much, and a remark. */
final class DemoTable {
    private static final String RULE = "  " + "-".repeat(96) + "\n";

    private final DemoResult result;
    private final EchoReport traffic;
    private final EngineResult engine;
    private final StringBuilder text = new StringBuilder();

    DemoTable(DemoResult result) {
        this.result = result;
        this.traffic = result.traffic();
        this.engine = result.engine();
    }

    String render() {
        text.append(RULE);
        frames();
        text.append(RULE);
        roundTrips();
        text.append(RULE);
        engine();
        text.append(RULE);
        checks();
        text.append(RULE);
        return text.toString();
    }

    private void row(String what, String value, String remark) {
        text.append(String.format(Locale.ROOT, "  %-25s%15s   %s", what, value, remark).stripTrailing()).append('\n');
    }

    private void frames() {
        EchoCounts counts = traffic.counts();
        row("frames sent", Figures.count(counts.sent()), "UDP, " + result.frameLength() + " bytes each");
        row("received by the engine", Figures.count(engine.port("rx_frames")), "");
        row("forwarded by the engine", Figures.count(engine.port("forwarded")), "");
        row("received back", Figures.count(counts.received()), "each compared byte by byte");
        row("lost", Figures.count(counts.lost()), "");
        result.accounting().losses().forEach(
            (counter, frames) -> row("  counted", Figures.count(frames), "by " + counter));
        row("corrupted", Figures.count(counts.corrupted()), "");
        row("duplicated", Figures.count(counts.duplicated()), "");
        row("rate", Figures.rate(traffic.framesPerSecond()), "sent, over " + Figures.seconds(traffic.durationNs())
            + ", at most " + EchoDriver.BURST + " frames a system call");
    }

    private void roundTrips() {
        Histogram histogram = traffic.roundTrips();
        row("round trip p50", Figures.time(histogram.getValueAtPercentile(50)),
            "from the frame's time stamp to its echo in the RX ring");
        row("round trip p99", Figures.time(histogram.getValueAtPercentile(99)), "without the first "
            + Figures.seconds(traffic.warmUpNs()) + ", in which both JVMs compile");
        row("round trip p99.9", Figures.time(histogram.getValueAtPercentile(99.9)), "");
        row("round trip max", Figures.time(histogram.getMaxValue()), "");
        row("short of CPU, poller", Figures.percent(result.pollerWait()),
            "of the time other work had its CPU; driver " + Figures.percent(result.driverWait()));
    }

    private void engine() {
        long bytes = engine.allocatedBytes();
        row("heap per frame, bytes", Figures.perFrame(bytes, engine.port("rx_frames")),
            Figures.count(bytes) + " bytes in all on the engine's threads");
        row("XDP attach mode", engine.attach(), "");
        row("copy mode", engine.copy(), engine.copy().equals("copy") ? "veth has no zero-copy mode" : "");
        row("kernel drops", Figures.count(engine.port("kernel.rx_dropped") + engine.port("kernel.rx_ring_full")),
            String.format(Locale.ROOT, "rx_dropped %,d, rx_ring_full %,d",
                engine.port("kernel.rx_dropped"), engine.port("kernel.rx_ring_full")));
    }

    private void checks() {
        KernelNeighbour.Result neighbour = result.neighbour();
        row("kernel traffic beside it", neighbour.fine() ? "ok" : "FAILED", neighbour.fine()
            ? String.format(Locale.ROOT, "%d pings and %d TCP connections, at worst %s", neighbour.pings(),
                neighbour.connections(), Figures.time(neighbour.worstNs()))
            : String.format(Locale.ROOT, "%d tried, %d pings, %d TCP connections: %s", neighbour.tried(),
                neighbour.pings(), neighbour.connections(), neighbour.failure()));
        EchoCounts counts = traffic.counts();
        row("accounting", result.accounting().balanced() ? "ok" : "FAILED", result.accounting().balanced()
            ? "every frame is in exactly one counter"
            : Figures.count(result.accounting().unaccounted()) + " of " + Figures.count(counts.sent())
                + " frames are in no counter, or in two");
    }
}
