package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoDriver;
import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A line a second while traffic flows: totals so far, and of the second past its rate and round trips. */
final class ProgressLines {
    private static final long INTERVAL_NS = 1_000_000_000;

    private final EchoDriver driver;
    private final PrintStream out;
    private final long startNs = System.nanoTime();
    private Histogram histogram;
    private long sentBefore;
    private long beforeNs = startNs;

    ProgressLines(EchoDriver driver, PrintStream out) {
        this.driver = driver;
        this.out = out;
        out.println("     time          sent      received     lost      rate/s    RTT p50    RTT p99");
    }

    /** What happened since the line before. */
    void next() {
        EchoCounts counts = driver.counts();
        long nowNs = System.nanoTime();
        histogram = driver.latestRoundTrips(histogram);
        double rate = (counts.sent() - sentBefore) * 1e9 / (nowNs - beforeNs);
        out.printf(
                Locale.ROOT,
                "  %7s%,14d%,14d%,9d%,12.0f%11s%11s%n",
                Figures.seconds(nowNs - startNs),
                counts.sent(),
                counts.received(),
                driver.missed(),
                rate,
                roundTrip(50),
                roundTrip(99));
        sentBefore = counts.sent();
        beforeNs = nowNs;
    }

    private String roundTrip(double percentile) {
        return histogram.getTotalCount() == 0 ? "-" : Figures.time(histogram.getValueAtPercentile(percentile));
    }

    /** How long until the next line is due; on a busy machine lines are left out, not made up for. */
    long untilNextNs() {
        return INTERVAL_NS - (System.nanoTime() - startNs) % INTERVAL_NS;
    }
}
