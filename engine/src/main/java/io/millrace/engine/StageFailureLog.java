package io.millrace.engine;

import io.millrace.engine.config.OnError;
import io.millrace.engine.path.StageFailures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Logs what stages throw, at most once a second for each kind: an exception class of a stage. With
 * {@code on-error = stop} the first one ends the engine. Any stage's thread.
 */
final class StageFailureLog implements StageFailures {
    private static final Logger LOG = LoggerFactory.getLogger(StageFailureLog.class);
    private static final long QUIET_NS = 1_000_000_000;

    private record Kind(String stageName, Class<?> type) {
    }

    private static final class Seen {
        private long loggedNs = System.nanoTime() - QUIET_NS;
        private long unlogged;
    }

    private final OnError onError;
    private final Map<Kind, Seen> kinds = new ConcurrentHashMap<>();
    private volatile Consumer<Throwable> fatal = cause -> { };

    StageFailureLog(OnError onError) {
        this.onError = onError;
    }

    /** Who is told of the failure that ends the engine. */
    void onFatal(Consumer<Throwable> consumer) {
        fatal = consumer;
    }

    @Override
    public void report(String stageName, Throwable failure) {
        try {
            log(stageName, failure);
        } catch (Throwable e) { // an exception may even throw while it is printed
            LOG.warn("stage {} threw a {}, which can't be logged", stageName, failure.getClass().getName());
        } finally {
            if (onError == OnError.STOP) {
                fatal.accept(failure);
            }
        }
    }

    private void log(String stageName, Throwable failure) {
        Seen seen = kinds.computeIfAbsent(new Kind(stageName, failure.getClass()), kind -> new Seen());
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
        LOG.warn("stage {} threw, its frame is dropped{}", stageName,
            unlogged == 0 ? "" : " (and " + unlogged + " more of this kind since the last line)", failure);
    }
}
