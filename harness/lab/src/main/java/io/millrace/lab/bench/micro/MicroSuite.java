package io.millrace.lab.bench.micro;

import io.millrace.HostException;
import io.millrace.lab.bench.results.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs the micro-benchmarks: each in Java, by JMH in a JVM of its own, and right before or after in C, by the same
 * counts and times on the same CPU. Who comes first changes with each round, as the machine's speed drifts.
 */
public final class MicroSuite {
    private final MicroSettings settings;
    private final Path lab;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param lab  the lab's folder in the source tree
     * @param progress is told a line a measurement
     */
    public MicroSuite(MicroSettings settings, Path lab, Consumer<String> progress) {
        this.settings = settings;
        this.lab = lab;
        this.progress = progress;
    }

    /**
     * Runs everything. If the C program does not build, which the progress tells, only Java is measured.
     *
     * @return a result for each benchmark, in the settings' order
     * @throws IOException if a benchmark fails, or another JMH is at work
     */
    public List<MicroResult> run() throws IOException, InterruptedException {
        final CProgram program = build();
        final Map<MicroBenchmark, MicroTally> tallies = new EnumMap<>(MicroBenchmark.class);
        for (int round = 0; round < settings.rounds(); round++) {
            runRound(round, program, tallies);
        }
        return settings.benchmarks().stream()
                .map(benchmark -> tallies.get(benchmark).result())
                .toList();
    }

    private CProgram build() throws IOException {
        try {
            return CProgram.build(lab);
        } catch (HostException e) {
            progress.accept("Java alone: " + e.getMessage());
            return null;
        }
    }

    private void runRound(int round, CProgram program, Map<MicroBenchmark, MicroTally> tallies)
            throws IOException, InterruptedException {
        double javaKernel = 0;
        double cKernel = 0;
        for (MicroBenchmark benchmark : settings.benchmarks()) {
            final boolean hasC = program != null && benchmark.cName() != null;
            final boolean cFirst = hasC && round % 2 == 1;
            MicroRun c = cFirst ? program.measure(benchmark, settings) : null;
            final MicroRun java = JmhRunner.measure(benchmark, settings);
            if (hasC && !cFirst) {
                c = program.measure(benchmark, settings);
            }
            final boolean playsKernel = benchmark.playsKernel();
            tallies.computeIfAbsent(benchmark, MicroTally::new)
                    .add(java, c, playsKernel ? javaKernel : 0, playsKernel ? cKernel : 0);
            if (benchmark == MicroBenchmark.KERNEL_ALONE) {
                javaKernel = MicroTally.median(java.ns());
                cKernel = c == null ? 0 : MicroTally.median(c.ns());
            }
            progress.accept(line(round, benchmark, java, c));
        }
    }

    private String line(int round, MicroBenchmark benchmark, MicroRun java, MicroRun c) {
        return String.format(
                Locale.ROOT,
                "round %d of %d, %-25s Java %s ns%s, %.3f B",
                round + 1,
                settings.rounds(),
                benchmark,
                text(java),
                c == null ? "" : ", C " + text(c) + " ns",
                java.bytesPerFrame());
    }

    private static String text(MicroRun run) {
        final Spread spread = Spread.of(run.ns());
        return String.format(Locale.ROOT, "%.3f (%.3f..%.3f)", spread.median(), spread.min(), spread.max());
    }
}
