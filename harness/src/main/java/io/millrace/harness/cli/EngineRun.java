package io.millrace.harness.cli;

import io.millrace.engine.Engine;
import io.millrace.engine.EngineException;
import io.millrace.engine.config.MillraceConfig;
import io.millrace.engine.counters.EngineStatistics;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.harness.report.CounterLine;
import io.millrace.harness.report.StatisticsJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where the commands meet the engine. */
final class EngineRun {
    private static final long LINE_INTERVAL_NS = 1_000_000_000;

    private EngineRun() {
    }

    /** Opens the engine, runs it, prints counters, writes the statistics; returns the exit code. */
    static int run(RunOptions options) {
        StageClassPath.install(System.getenv(StageClassPath.VARIABLE));
        MillraceConfig config = MillraceConfig.load(options.config(), options.overrides());
        StopOnSignal signal = StopOnSignal.install();
        if (options.untilEndOfInput()) {
            EndOfInput.thenDo(signal::requestStop);
        }
        int exitCode = ExitCode.FAILED;
        try {
            Engine engine = Engine.builder(config).start();
            signal.stops(engine);
            System.out.println(CounterLine.started(engine.statistics()));
            try {
                printUntilStopped(engine, options.duration());
            } finally {
                engine.close();
            }
            exitCode = report(engine, options.json());
        } finally {
            signal.finished(exitCode);
        }
        return exitCode;
    }

    private static void printUntilStopped(Engine engine, Duration duration) {
        long start = System.nanoTime();
        long end = duration == null ? Long.MAX_VALUE : duration.toNanos();
        CounterLine line = new CounterLine(engine.statistics());
        long next = LINE_INTERVAL_NS;
        try {
            for (long now = 0; now < end; now = System.nanoTime() - start) {
                if (engine.awaitStop(Math.min(next, end) - now, TimeUnit.NANOSECONDS)) {
                    return;
                }
                if (System.nanoTime() - start >= next) {
                    System.out.println(line.next(engine.statistics()));
                    next += LINE_INTERVAL_NS;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int report(Engine engine, Path json) {
        EngineStatistics last = engine.statistics();
        System.out.println(CounterLine.total(last));
        if (json != null) {
            StatisticsJson.write(last, json);
        }
        EngineException failure = engine.failure();
        if (failure != null) {
            throw new CommandFailure(ExitCode.FAILED, failure.getMessage() + "; see the log above", failure);
        }
        for (PortStatistics port : last.ports()) {
            if (port.frames().lost() != 0 || port.unaccounted() != 0) {
                throw CommandFailure.failed("port " + port.name() + ": " + port.frames().lost() + " frames lost, "
                    + port.unaccounted() + " unaccounted for; please report this with the statistics");
            }
        }
        return ExitCode.FINE;
    }

    /** Reads and validates the config, prints the resolved one; returns the exit code. */
    static int check(Path config, Map<String, String> overrides) {
        StageClassPath.install(System.getenv(StageClassPath.VARIABLE));
        MillraceConfig resolved = MillraceConfig.load(config, overrides);
        resolved.requireLoadable();
        System.out.print(resolved.render());
        return ExitCode.FINE;
    }

    /**
     * Turns SIGINT and SIGTERM into an orderly stop with an exit code of the run's own: the JVM's shutdown hook waits
     * for the run to end and then ends the process.
     */
    private static final class StopOnSignal {
        private final CountDownLatch finished = new CountDownLatch(1);
        private volatile Engine engine;
        private volatile boolean stopWanted;
        private volatile int exitCode;

        static StopOnSignal install() {
            StopOnSignal signal = new StopOnSignal();
            Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "mr-signal"));
            return signal;
        }

        void stops(Engine started) {
            engine = started;
            if (stopWanted) {
                started.requestStop();
            }
        }

        void finished(int code) {
            exitCode = code;
            finished.countDown();
        }

        void requestStop() {
            stopWanted = true;
            Engine running = engine;
            if (running != null) {
                running.requestStop();
            }
        }

        private void stop() {
            if (finished.getCount() == 0) {
                return; // no signal: the command has ended by itself
            }
            requestStop();
            try {
                finished.await();
            } catch (InterruptedException e) {
                return;
            }
            if (exitCode == ExitCode.FINE) {
                System.out.flush();
                Runtime.getRuntime().halt(exitCode);
            }
        }
    }
}
