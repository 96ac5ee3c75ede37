package io.millrace.lab.demo;

import io.millrace.cli.report.Json;
import io.millrace.cli.report.TextFile;
import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.EchoReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What the demo showed.
 *
 * @param engine   the statistics of {@code run --json}
 * @param traffic  what the driver counted
 * @param findings the findings for this kind of port
 * @param waits    how much the threads were kept from their CPUs
 * @param warmUp   what flowed before, which is in none of the others
 */
public record DemoResult(EngineResult engine, EchoReport traffic, Findings findings, CpuWaits waits, WarmUp warmUp) {
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final double P999 = 99.9;

    /** What is wrong, one line each; empty if all is well. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        EchoCounts counts = traffic.counts();
        if (counts.received() == 0) {
            problems.add("no echo came back");
        }
        add(problems, findings.accounting().unaccounted(), findings.unit() + "s are unaccounted for");
        add(problems, counts.corrupted(), findings.unit() + "s came back corrupted");
        add(problems, counts.duplicated(), findings.unit() + "s came back twice");
        problems.addAll(findings.problems());
        return problems;
    }

    private static void add(List<String> problems, long frames, String what) {
        if (frames != 0) {
            problems.add(String.format(Locale.ROOT, "%,d %s", frames, what));
        }
    }

    /** Writes it as JSON: keys are added, never changed. */
    public void write(Path file) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("run", engine.tree());
        tree.put("traffic", trafficTree());
        TextFile.write(Json.text(tree), file);
    }

    private Map<String, Object> trafficTree() {
        EchoCounts counts = traffic.counts();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("sent", counts.sent());
        tree.put("received", counts.received());
        tree.put("lost", counts.lost());
        tree.put("corrupted", counts.corrupted());
        tree.put("duplicated", counts.duplicated());
        tree.put("rate_pps", traffic.messagesPerSecond());
        tree.put("rtt_ns", roundTrips(traffic.roundTrips()));
        tree.put("duration_ns", traffic.durationNs());
        tree.put("warm_up_ns", warmUp.durationNs());
        tree.put("warm_up_sent", warmUp.counts().sent());
        tree.put("burst", EchoDriver.BURST);
        tree.put("alloc_bytes", traffic.allocatedBytes());
        tree.put("lost_by", findings.accounting().losses());
        tree.put("unaccounted", findings.accounting().unaccounted());
        tree.put("cpu_wait", Map.of("driver", waits.driver(), "poller", waits.poller()));
        tree.putAll(findings.json());
        return tree;
    }

    private static Map<String, Object> roundTrips(Histogram histogram) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("p50", histogram.getValueAtPercentile(P50));
        tree.put("p99", histogram.getValueAtPercentile(P99));
        tree.put("p999", histogram.getValueAtPercentile(P999));
        tree.put("max", histogram.getMaxValue());
        return tree;
    }

    /** The table for people. */
    public String table() {
        return new DemoTable(this).render();
    }
}
