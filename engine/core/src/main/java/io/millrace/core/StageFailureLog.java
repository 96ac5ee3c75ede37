package io.millrace.core;

import io.millrace.TransmitListener;
import io.millrace.core.path.StageFailures;
import io.millrace.spi.EngineLog;
import io.millrace.spi.config.OnError;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Logs what stages and listeners throw, at most one line a second for each stage, consequence and class of exception.
 * With {@code on-error = stop} the first exception ends the engine. Any stage's thread may use it.
 */
final class StageFailureLog implements StageFailures {
    private static final Logger LOG = EngineLog.of(StageFailureLog.class);
    private static final long QUIET_NS = 1_000_000_000;

    private record Kind(String who, String name, String consequence, Class<?> type) {}

    private static final class Seen {
        private long loggedNs = System.nanoTime() - QUIET_NS;
        private long unlogged;
    }

    private final OnError onError;
    private final Map<Kind, Seen> kinds = new ConcurrentHashMap<>();
    private volatile Consumer<Throwable> fatal = cause -> {};

    StageFailureLog(OnError onError) {
        this.onError = onError;
    }

    /** Hears of the failure that ends the engine. */
    void onFatal(Consumer<Throwable> consumer) {
        fatal = consumer;
    }

    @Override
    public void report(String stageName, Lost lost, Throwable failure) {
        report("stage", stageName, lost.consequence(), failure);
    }

    /** A {@link TransmitListener} threw, on a poller's thread. */
    void reportListener(String portName, Throwable failure) {
        report("the listener of port", portName, "what it was told is lost to it", failure);
    }

    private void report(String who, String name, String consequence, Throwable failure) {
        if (onError == OnError.STOP) {
            fatal.accept(failure); // before the log: logging may need what has just failed
        }
        try {
            log(who, name, consequence, failure);
        } catch (Throwable e) { // printing an exception may throw, too
            logBriefly(who, name, failure);
        }
    }

    private static void logBriefly(String who, String name, Throwable failure) {
        try {
            LOG.warn(
                    "{} {} threw a {}, which can't be logged",
                    who,
                    name,
                    failure.getClass().getName());
        } catch (Throwable e) { // memory is lacking: the stage's error counter still has it
            return;
        }
    }

    private void log(String who, String name, String consequence, Throwable failure) {
        Seen seen = kinds.computeIfAbsent(new Kind(who, name, consequence, failure.getClass()), kind -> new Seen());
        long nowNs = System.nanoTime();
        long unlogged;
        synchronized (seen) {
            if (nowNs - seen.loggedNs < QUIET_NS) {
                seen.unlogged++;
                return;
            }
            unlogged = seen.unlogged;
            seen.loggedNs = nowNs;
            seen.unlogged = 0;
        }
        LOG.warn(
                "{} {} threw, {}{}",
                who,
                name,
                consequence,
                unlogged == 0 ? "" : " (and " + unlogged + " more of this kind since the last line)",
                failure);
    }
}
