package io.millrace.core;

import io.millrace.statistics.KernelStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Logs what the kernel dropped before it reached one port, in the manner of {@link FaultReport}; the counts are the
 * kernel's. Used by one thread only.
 */
final class KernelDropReport {
    private enum Kind {
        DROPPED(
                "kernel.rx_dropped",
                KernelStatistics::rxDropped,
                "the kernel had no free frame for them, or no room in the socket's queue, or they are longer"
                        + " than a frame",
                "let stages keep up, or give the port more frames or a larger receive-buffer; for long ones a larger"
                        + " frame-size, or multi-buffer = on"),
        RING_FULL(
                "kernel.rx_ring_full",
                KernelStatistics::rxRingFull,
                "the engine did not take frames out of the RX ring in time",
                "let stages keep up, give the poller a CPU of its own, or raise rings.rx for bursts");

        private final String key;
        private final ToLongFunction<KernelStatistics> count;
        private final String what;
        private final String advice;

        Kind(String key, ToLongFunction<KernelStatistics> count, String what, String advice) {
            this.key = key;
            this.count = count;
            this.what = what;
            this.advice = advice;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    private final String name;
    private final List<Supplier<KernelStatistics>> kernel;
    private final Consumer<String> log;
    private final Repeats repeats = new Repeats();

    /** @param kernel the kernel's counts for the port, in each lane */
    KernelDropReport(String name, List<Supplier<KernelStatistics>> kernel, Consumer<String> log) {
        this.name = name;
        this.kernel = kernel;
        this.log = log;
    }

    /** @param isLast whether the engine stops, so that nothing can be left for a later line */
    void turn(long nowNs, boolean isLast) {
        KernelStatistics sum = KernelStatistics.ZERO;
        for (Supplier<KernelStatistics> inLane : kernel) {
            sum = sum.plus(inLane.get());
        }
        for (Kind kind : KINDS) {
            long total = kind.count.applyAsLong(sum);
            long more = repeats.more(kind, total, nowNs, isLast);
            if (more > 0) {
                log.accept(String.format(
                        Locale.ROOT,
                        "port %s: %s +%,d (%,d in all): %s; %s",
                        name,
                        kind.key,
                        more,
                        total,
                        kind.what,
                        kind.advice));
            }
        }
    }
}
