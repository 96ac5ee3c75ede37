package io.millrace.lab.bench.micro;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.lab.process.PeerProgram;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The C half of the suite, {@code harness/lab/peers/micro}. */
final class CProgram {
    private final Path program;

    private CProgram(Path program) {
        this.program = program;
    }

    /**
     * Builds it if its sources are newer.
     *
     * @param lab the lab's folder in the source tree
     * @throws io.millrace.HostException when it does not build
     */
    static CProgram build(Path lab) throws IOException {
        return new CProgram(PeerProgram.MICRO.build(lab));
    }

    /** Measures. */
    MicroRun measure(MicroBenchmark benchmark, MicroSettings settings) throws IOException {
        return parse(
                benchmark.cName(),
                run(
                        "taskset",
                        "-c",
                        Integer.toString(settings.cpu()),
                        program.toString(),
                        "measure",
                        benchmark.cName(),
                        Integer.toString(settings.warmUps()),
                        Integer.toString(settings.warmUpMs()),
                        Integer.toString(settings.iterations()),
                        Integer.toString(settings.iterationMs())));
    }

    /** Returns the sum of what a number of calls of each benchmark return, by its name in C. */
    Map<String, Long> check(int calls) throws IOException {
        final Map<String, Long> sums = new TreeMap<>();
        json(run(program.toString(), "check", Integer.toString(calls)))
                .root()
                .forEach((name, sum) -> sums.put(name, ((Number) sum.unwrapped()).longValue()));
        return sums;
    }

    static MicroRun parse(String name, String output) throws IOException {
        try {
            final Config json = json(output);
            if (!json.getString("name").equals(name)) {
                throw new IOException("the C program measured " + json.getString("name") + " for " + name);
            }
            final double[] ns = json.getDoubleList("ns").stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            if (ns.length == 0) {
                throw new IOException("the C program measured nothing for " + name);
            }
            return new MicroRun(ns, 0);
        } catch (ConfigException e) {
            throw notUnderstood(output, e);
        }
    }

    private static Config json(String output) throws IOException {
        try {
            return ConfigFactory.parseString(output);
        } catch (ConfigException e) {
            throw notUnderstood(output, e);
        }
    }

    private static IOException notUnderstood(String output, ConfigException e) {
        return new IOException("the C program said '" + output.strip() + "', which is not understood", e);
    }

    private static String run(String... command) throws IOException {
        Program.Outcome outcome = Program.of(command).run();
        if (!outcome.isFine()) {
            throw new IOException(String.join(" ", command) + " failed: " + outcome.lastWords());
        }
        return outcome.out();
    }
}
