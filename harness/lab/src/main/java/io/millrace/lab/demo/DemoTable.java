package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The result as a table of at most 80 columns: what, how much, and a remark. */
final class DemoTable {
    private static final String RULE = "  " + "-".repeat(76) + "\n";

    private final DemoResult result;
    private final Findings findings;
    private final EchoReport traffic;
    private final EngineResult engine;
    private final StringBuilder text = new StringBuilder();

    DemoTable(DemoResult result) {
        this.result = result;
        this.findings = result.findings();
        this.traffic = result.traffic();
        this.engine = result.engine();
    }

    String render() {
        text.append(RULE);
        findings.traffic(this);
        text.append(RULE);
        roundTrips();
        text.append(RULE);
        heap();
        findings.port(this);
        text.append(RULE);
        findings.checks(this);
        accounting();
        text.append(RULE);
        return text.toString();
    }

    /** Adds a row. */
    void row(String what, String value, String remark) {
        text.append(String.format(Locale.ROOT, "  %-25s%13s  %s", what, value, remark)
                        .stripTrailing())
                .append('\n');
    }

    /** Adds the rows of how far datagrams came, each of them a frame of the engine. */
    void passage() {
        EchoCounts counts = traffic.counts();
        row("received by the engine", Figures.count(engine.port("rx_frames")), "");
        row("forwarded by the engine", Figures.count(engine.port("forwarded")), "");
        row("received back", Figures.count(counts.received()), "each compared byte by byte");
        row("lost", Figures.count(counts.lost()), "");
        losses();
        row("corrupted", Figures.count(counts.corrupted()), "");
        row("duplicated", Figures.count(counts.duplicated()), "");
    }

    /** Adds a row for each counter that has a loss. */
    void losses() {
        findings.accounting()
                .losses()
                .forEach((counter, count) -> row("  counted", Figures.count(count), "by " + counter));
    }

    /** Adds the row of the rate. */
    void rate(String remark) {
        row(
                "rate",
                Figures.rate(traffic.messagesPerSecond()),
                "over " + Figures.seconds(traffic.durationNs()) + ", " + remark);
    }

    private void roundTrips() {
        Histogram histogram = traffic.roundTrips();
        row("round trip p50", Figures.time(histogram.getValueAtPercentile(50)), findings.roundTrip());
        row(
                "round trip p99",
                Figures.time(histogram.getValueAtPercentile(99)),
                "after a warm-up of " + Figures.seconds(result.warmUp().durationNs()));
        row("round trip p99.9", Figures.time(histogram.getValueAtPercentile(99.9)), "");
        row("round trip max", Figures.time(histogram.getMaxValue()), "");
        row(
                "short of CPU, poller",
                Figures.percent(result.waits().poller()),
                "of the time; driver " + Figures.percent(result.waits().driver()));
    }

    private void heap() {
        long bytes = engine.allocatedBytes();
        row(
                "heap per frame, bytes",
                Figures.perFrame(bytes, engine.port("rx_frames")),
                Figures.count(bytes) + " on the engine's threads");
    }

    private void accounting() {
        Accounting accounting = findings.accounting();
        row(
                "accounting",
                accounting.balanced() ? "ok" : "FAILED",
                accounting.balanced()
                        ? "every " + findings.unit() + " is in one counter"
                        : Figures.count(accounting.unaccounted()) + " " + findings.unit() + "s in none or in two");
    }
}
