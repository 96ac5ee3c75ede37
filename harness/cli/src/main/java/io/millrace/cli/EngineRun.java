package io.millrace.cli;

import io.millrace.Engine;
import io.millrace.EngineException;
import io.millrace.cli.report.CounterLines;
import io.millrace.cli.report.Json;
import io.millrace.cli.report.JsonLines;
import io.millrace.cli.report.StatisticsJson;
import io.millrace.cli.report.TextFile;
import io.millrace.cli.report.TextLines;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortStatistics;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs and checks engines for the commands. */
final class EngineRun {
    private EngineRun() {}

    /** Opens the engine, runs it, prints counters, writes the statistics; returns the exit code. */
    static int run(RunOptions options) {
        StageClassPath.install();
        EngineConfig config = EngineConfig.load(options.config(), options.overrides());
        OutputFile.require("--json", options.json());
        StopRequest stop = new StopRequest();
        StopSignals.onStop(stop::make);
        Reload reload = new Reload(options, config, options.jsonLines() ? System.err : System.out, System.err);
        Signals.handle("HUP", reload::request);
        if (options.untilEndOfInput()) {
            EndOfInput.thenDo(stop::make);
        }
        CounterLines lines = options.jsonLines() ? new JsonLines(StandardStreams::dropped) : new TextLines();
        Engine engine = Engine.builder(config).start();
        StartClock clock = new StartClock(engine);
        try {
            stop.stops(engine);
            System.out.println(lines.started(engine.statistics()));
            reload.reloads(engine);
            printUntilStopped(engine, clock, options, lines);
        } finally {
            engine.close();
        }
        System.out.println(lines.total(engine.statistics()));
        return report(engine, clock, options.json());
    }

    private static void printUntilStopped(Engine engine, StartClock clock, RunOptions options, CounterLines lines) {
        long start = System.nanoTime();
        long end =
                options.duration() == null ? Long.MAX_VALUE : options.duration().toNanos();
        long interval = options.intervalNs() == 0 ? Long.MAX_VALUE : options.intervalNs();
        long next = interval;
        try {
            for (long now = 0; now < end; now = System.nanoTime() - start) {
                boolean stopped = engine.awaitStop(clock.patienceNs(Math.min(next, end) - now), TimeUnit.NANOSECONDS);
                clock.look();
                if (stopped) {
                    return;
                }
                long since = System.nanoTime() - start;
                if (since >= next) {
                    System.out.println(lines.next(engine.statistics()));
                    next = (since / interval + 1) * interval; // on a busy machine lines are left out and not caught up
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int report(Engine engine, StartClock clock, Path json) {
        EngineStatistics last = engine.statistics();
        if (json != null) {
            Map<String, Object> tree = StatisticsJson.toMap(last);
            tree.put("start", clock.toMap());
            StandardStreams.finishAll();
            tree.put("output", StandardStreams.dropped());
            TextFile.write(Json.text(tree), json);
        }
        EngineException failure = engine.failure();
        if (failure != null) {
            throw new CommandFailure(ExitCode.FAILED, failure.getMessage() + "; see the log above", failure);
        }
        for (PortStatistics port : last.ports()) {
            if (port.frames().lost() != 0 || port.unaccounted() != 0) {
                throw CommandFailure.failed(
                        "port " + port.name() + ": " + port.frames().lost() + " frames lost, " + port.unaccounted()
                                + " unaccounted for; please report this with the statistics");
            }
        }
        return ExitCode.FINE;
    }

    /** Reads and validates the config, prints the resolved one; returns the exit code. */
    static int check(Path config, Map<String, String> overrides) {
        StageClassPath.install();
        EngineConfig resolved = EngineConfig.load(config, overrides);
        resolved.requireStages();
        resolved.requireLoadable();
        resolved.warnings().forEach(line -> System.err.println("millrace: " + line));
        System.out.print(resolved.render());
        return ExitCode.FINE;
    }

    /** A request to stop, which may come before there is an engine. */
    private static final class StopRequest {
        private volatile Engine engine;
        private volatile boolean made;

        void make() {
            made = true;
            Engine running = engine;
            if (running != null) {
                running.requestStop();
            }
        }

        void stops(Engine started) {
            engine = started;
            if (made) {
                started.requestStop();
            }
        }
    }
}
