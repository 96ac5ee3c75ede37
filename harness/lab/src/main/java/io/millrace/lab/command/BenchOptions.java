package io.millrace.lab.command;

import io.millrace.cli.CommandFailure;
import io.millrace.cli.DurationConverter;
import io.millrace.lab.bench.Mode;
import io.millrace.lab.bench.Settings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link BenchCommand} for times, CPUs and pace. */
final class BenchOptions {
    private static final int ATTEMPTS = 3;
    private static final int ROUNDS = 5;
    private static final long WARM_UP_MS = 3_000;
    private static final long DURATION_MS = 2_000;
    private static final long QUICK_WARM_UP_MS = 500;
    private static final long QUICK_DURATION_MS = 300;
    private static final int MOST_QUEUES = 8;

    @Option(
            names = "--quick",
            description = "One short turn of few contenders: within 3 minutes for everything, to see "
                    + "that it runs. No figures to quote.")
    private boolean quick;

    @Option(
            names = "--wait",
            description = "Contenders sleep while there is nothing to receive: their CPU time then tells "
                    + "what a datagram or message costs. udp and tcp.")
    private boolean wait;

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each (default: 5; 1 with --quick).")
    private Integer rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Under load, before the measured time (default: 3s; 500ms with --quick).")
    private Duration warmUp;

    @Option(
            names = "--duration",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Measured time of a turn (default: 2s; 300ms with --quick).")
    private Duration duration;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "max",
            converter = RateConverter.class,
            description = "Frames or datagrams a second (default: ${DEFAULT-VALUE}). afxdp and udp.")
    private Rate rate;

    @Option(
            names = "--receiver-cpu",
            paramLabel = "CPU",
            defaultValue = "0",
            description = "CPU of the contenders (default: ${DEFAULT-VALUE}).")
    private int receiverCpu;

    @Option(
            names = "--generator-cpu",
            paramLabel = "CPU",
            defaultValue = "1",
            description = "CPU of the generator, or of the client (default: ${DEFAULT-VALUE}).")
    private int generatorCpu;

    @Option(
            names = "--queues",
            paramLabel = "N",
            defaultValue = "1",
            description = "Queues of the interfaces (default: ${DEFAULT-VALUE}); frames come by one of them. afxdp.")
    private int queues;

    /** Whether there are few contenders and short turns. */
    boolean isQuick() {
        return quick;
    }

    /** Returns whether contenders sleep. */
    boolean isWaiting() {
        return wait;
    }

    /** Returns whether nothing paces the generator. */
    boolean isFlatOut() {
        return rate.flatOut();
    }

    /**
     * Returns the settings, with defaults for what was not given.
     *
     * @throws CommandFailure for an impossible number
     */
    Settings settings() {
        if (rounds != null && rounds < 1) {
            throw CommandFailure.usage("--rounds " + rounds + "; choose 1 or more");
        }
        if (queues < 1 || queues > MOST_QUEUES) {
            throw CommandFailure.usage("--queues " + queues + "; choose 1 to " + MOST_QUEUES);
        }
        return new Settings(
                rounds != null ? rounds : quick ? 1 : ROUNDS,
                quick ? 1 : ATTEMPTS,
                millis(warmUp, quick ? QUICK_WARM_UP_MS : WARM_UP_MS),
                millis(duration, quick ? QUICK_DURATION_MS : DURATION_MS),
                Settings.USUAL_LENGTH,
                rate.perSecond(),
                receiverCpu,
                generatorCpu,
                queues,
                0,
                wait ? Mode.WAIT : Mode.BUSY);
    }

    private static long millis(Duration given, long otherwise) {
        return given == null ? otherwise : given.toMillis();
    }
}
