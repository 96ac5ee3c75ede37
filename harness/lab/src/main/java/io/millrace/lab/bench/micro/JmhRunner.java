package io.millrace.lab.bench.micro;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The Java half of the suite: runs a benchmark in a JVM of its own, which has this one's options and class path.
 */
final class JmhRunner {
    private static final String ALLOCATION = "gc.alloc.rate.norm";
    private static final String HEAP = "512m";

    private JmhRunner() {}

    static MicroRun measure(MicroBenchmark benchmark, MicroSettings settings) throws IOException {
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(benchmark.jmhName()) + "$")
                .forks(1)
                .jvmArgs(jvmArguments(settings))
                .addProfiler(GCProfiler.class)
                .warmupIterations(settings.warmUps())
                .warmupTime(TimeValue.milliseconds(settings.warmUpMs()))
                .measurementIterations(settings.iterations())
                .measurementTime(TimeValue.milliseconds(settings.iterationMs()))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (benchmark.length() != null) {
            options.param(MicroBenchmark.LENGTH, benchmark.length());
        }
        try {
            return run(new Runner(options.build()).runSingle());
        } catch (RunnerException e) {
            throw new IOException(
                    "JMH can't run " + benchmark + " (" + e.getMessage() + "); to see why, type: java -cp"
                            + " harness/lab/target/millrace.jar org.openjdk.jmh.Main " + benchmark.jmhName(),
                    e);
        }
    }

    private static String[] jvmArguments(MicroSettings settings) {
        final List<String> arguments =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        arguments.addAll(List.of(
                "-Xms" + HEAP,
                "-Xmx" + HEAP,
                "-D" + MicroCpu.MEASURED + "=" + settings.cpu(),
                "-D" + MicroCpu.STAGE + "=" + settings.stageCpu()));
        return arguments.toArray(String[]::new);
    }

    private static MicroRun run(RunResult result) throws IOException {
        final DoubleStream.Builder ns = DoubleStream.builder();
        double bytes = Double.POSITIVE_INFINITY;
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                ns.add(iteration.getPrimaryResult().getScore());
                bytes = Math.min(bytes, allocation(iteration.getSecondaryResults()));
            }
        }
        return new MicroRun(ns.build().toArray(), bytes);
    }

    @SuppressWarnings("rawtypes") // JMH returns raw types
    private static double allocation(Map<String, Result> secondary) throws IOException {
        for (Map.Entry<String, Result> result : secondary.entrySet()) {
            if (result.getKey().endsWith(ALLOCATION)) {
                return result.getValue().getScore();
            }
        }
        throw new IOException("JMH's gc profiler does not tell " + ALLOCATION + "; use JMH 1.37");
    }
}
