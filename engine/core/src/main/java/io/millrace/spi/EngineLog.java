package io.millrace.spi;

import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * The logger of a class of the engine or of a kind of port. None of the engine's threads waits for the log: each leaves
 * its lines to another thread, which writes them, and goes on. Other threads, those of the program, log as any library
 * does. Not for the path of a frame, since a line allocates.
 */
public final class EngineLog extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient Logger target;

    /** @param target writes the lines */
    public EngineLog(Logger target) {
        this.target = target;
        this.name = target.getName();
    }

    /** The logger of a class. */
    public static Logger of(Class<?> owner) {
        return new EngineLog(LoggerFactory.getLogger(owner));
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String message, Object[] arguments, Throwable thrown) {
        LogQueue queue = EngineThread.logOfCaller();
        if (queue == null) {
            LogQueue.write(target, level, MessageFormatter.basicArrayFormat(message, arguments), thrown);
        } else {
            queue.offer(target, level, message, arguments, thrown);
        }
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return EngineLog.class.getName();
    }

    @Override
    public boolean isTraceEnabled() {
        return target.isTraceEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
        return target.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return target.isInfoEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return target.isWarnEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
        return target.isErrorEnabled();
    }
}
