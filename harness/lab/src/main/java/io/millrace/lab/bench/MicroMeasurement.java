package io.millrace.lab.bench;

import io.millrace.lab.bench.micro.MicroResult;
import io.millrace.lab.bench.micro.MicroSettings;
import io.millrace.lab.bench.micro.MicroSuite;
import io.millrace.lab.bench.results.Chart;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Ratio;
import io.millrace.lab.bench.results.Section;
import io.millrace.lab.bench.results.Spread;
import io.millrace.lab.bench.results.Table;
import io.millrace.lab.bench.results.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the micro-benchmarks as a suite: what a frame costs in user space, in Java and in C. */
public final class MicroMeasurement implements Measurement {
    /** Its name. */
    public static final String NAME = "micro";

    /** The names of the two whose figures are divided. */
    public static final String JAVA = "Java";
    /** The same work in C. */
    public static final String C = "C";
    /** The approximate time of a benchmark's process beside its iterations. */
    private static final int JVM_MS = 1_000;

    private final MicroSettings settings;
    private final Path lab;

    /** @param lab the lab's folder in the source tree */
    public MicroMeasurement(MicroSettings settings, Path lab) {
        this.settings = settings;
        this.lab = lab;
    }

    @Override
    public int turns() {
        return settings.benchmarks().size() * settings.rounds();
    }

    @Override
    public long expectedMs() {
        return turns() * (2L * settings.measuredMs() + JVM_MS);
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "%s: what a frame costs in user space, in cache, without the kernel; JMH and the same "
                        + "in C (-O2) by turns on CPU %d, %d rounds, each of %d iterations of %d ms in a process"
                        + " of its own",
                NAME,
                settings.cpu(),
                settings.rounds(),
                settings.iterations(),
                settings.iterationMs());
    }

    @Override
    public Outcome run(TurnLog log) throws IOException, InterruptedException {
        List<MicroResult> results = new MicroSuite(settings, lab, line -> log.ended(line, true)).run();
        List<Chart> charts = new ArrayList<>();
        List<Ratio> ratios = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (MicroResult result : results) {
            String name = result.benchmark().toString();
            charts.add(Chart.bars(
                    name,
                    Unit.NANOSECONDS,
                    Better.LOWER,
                    List.of(Chart.bar("engine's Java", "", result.java()), Chart.bar("C, -O2", "", result.c()))));
            if (!result.ratios().isEmpty()) {
                ratios.add(new Ratio(name, JAVA, C, Better.LOWER, result.ratios()));
            }
            if (result.allocates()) {
                notes.add(String.format(Locale.ROOT, "%s allocates %.2f bytes a frame", name, result.bytesPerFrame()));
            }
        }
        Table table = new Table(
                List.of("", "Java ns", "C ns", "Java / C", "heap B"),
                results.stream().map(MicroMeasurement::row).toList());
        return new Outcome(
                new Section(
                        NAME,
                        title(),
                        table,
                        charts,
                        ratios,
                        notes,
                        results.stream().map(MicroMeasurement::json).toList()),
                true);
    }

    private static List<String> row(MicroResult result) {
        return List.of(
                result.benchmark().toString(),
                show(result.java()),
                show(result.c()),
                show(result.ratios()),
                String.format(Locale.ROOT, "%.2f", result.bytesPerFrame()));
    }

    private static String show(List<Double> samples) {
        Spread spread = Spread.of(samples);
        return samples.isEmpty()
                ? "-"
                : String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", spread.median(), spread.min(), spread.max());
    }

    private static Map<String, Object> json(MicroResult result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("suite", NAME);
        map.put("benchmark", result.benchmark().toString());
        map.put("java_ns", result.java());
        map.put("c_ns", result.c());
        map.put("bytes_per_frame", result.bytesPerFrame());
        return map;
    }
}
