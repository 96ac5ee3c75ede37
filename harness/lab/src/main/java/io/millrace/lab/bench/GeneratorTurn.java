package io.millrace.lab.bench;

import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A turn in which the kernel's generator sends: a warm-up, two halves of the measured time, and the end, when the
 * receiver has taken what was sent.
 *
 * @param <C> what the kernel counts, from any start on
 */
abstract class GeneratorTurn<C> implements Turn {
    final Suite suite;
    final Settings settings;
    final VethPair pair;
    private final CpuDistanceMeter meter;

    GeneratorTurn(Suite suite, Settings settings, VethPair pair, CpuDistanceMeter meter) {
        this.suite = suite;
        this.settings = settings;
        this.pair = pair;
        this.meter = meter;
    }

    /** A look at the receiver and at what the kernel has counted. */
    record Sample<C>(Window window, C counts) {}

    /** What the counts of a turn say. */
    interface Account<C> {
        /** What the receiver handled between two looks. */
        double handled(Sample<C> from, Sample<C> to);

        /** What was sent to it. */
        double offered(Sample<C> from, Sample<C> to);

        /** What it was too late for; {@link Double#NaN} if that is not known. */
        double dropped(Sample<C> from, Sample<C> to);

        /** What does not add up, or "". */
        String problem();
    }

    /** What is sent to a contender. */
    abstract FrameTemplate frame(Contender contender);

    /** Prepares the receiving interface for a contender. */
    void prepare(Ethtool driver, Contender contender) {}

    /** What the kernel has counted by now. */
    abstract C counts(Ethtool driver);

    /**
     * Waits until the receiver has taken what is queued, and sent it back, but not for ever.
     *
     * @param start what was counted when nothing had been sent
     * @param sent  how much has been by now
     */
    abstract void settle(Contender contender, Receiver receiver, Ethtool driver, C start, long sent)
            throws IOException, InterruptedException;

    /** @param end what was counted when the receiver had ended */
    abstract Account<C> account(Contender contender, C start, C end, long sent, Receiver.Result result);

    @Override
    public Round take(Contender contender, Path folder) throws IOException, InterruptedException {
        try (Ethtool driver = driver(contender);
                Generator generator = Generator.open(pair, frame(contender), settings);
                Receiver receiver = Receiver.start(contender, suite, settings, pair, folder)) {
            C start = counts(driver);
            generator.start();
            Thread.sleep(settings.warmUpMs());
            double distanceNs = meter.measureNs();
            Sample<C> before = sample(driver, receiver, generator);
            Thread.sleep(settings.durationMs() / 2);
            Sample<C> middle = sample(driver, receiver, generator);
            Thread.sleep(settings.durationMs() - settings.durationMs() / 2);
            Sample<C> after = sample(driver, receiver, generator);
            CpuDistance distance = new CpuDistance(distanceNs, meter.measureNs());
            long sent = generator.stop();
            settle(contender, receiver, driver, start, sent);
            Receiver.Result result = receiver.stop();
            Account<C> account = account(contender, start, counts(driver), sent, result);
            double rise = Window.rise(
                    before.window,
                    middle.window,
                    after.window,
                    account.handled(before, middle),
                    account.handled(middle, after));
            return round(contender, before, after, rise, distance, result, account);
        }
    }

    private Ethtool driver(Contender contender) {
        Ethtool driver = pair.right().ethtool();
        prepare(driver, contender);
        return driver;
    }

    private Sample<C> sample(Ethtool driver, Receiver receiver, Generator generator) throws IOException {
        return new Sample<>(Window.now(receiver, generator::cpuUse), counts(driver));
    }

    private Round round(
            Contender contender,
            Sample<C> before,
            Sample<C> after,
            double rise,
            CpuDistance distance,
            Receiver.Result result,
            Account<C> account) {
        double seconds = after.window.elapsedNs(before.window) / 1e9;
        double handled = account.handled(before, after);
        double heap = Heap.bytesPerSecond(result, before.window.timeNs(), after.window.timeNs());
        return new Round(
                contender.name(),
                new Round.Rates(
                        handled / seconds,
                        account.offered(before, after) / seconds,
                        account.dropped(before, after) / seconds,
                        rise),
                after.window.cost(before.window, handled, heap),
                Round.Latency.NONE,
                Pauses.totalNs(result.pauses()),
                after.window.waited(before.window),
                distance,
                account.problem(),
                result.command());
    }
}
