package io.millrace.core.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * The logger of a class of the engine. An {@link EngineThread} puts its lines into the engine's {@link LogQueue} and
 * goes on; other threads, those of the program, log as any library does.
 */
public final class EngineLog extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient Logger target;

    EngineLog(Logger target) {
        this.target = target;
        this.name = target.getName();
    }

    public static Logger of(Class<?> owner) {
        return new EngineLog(LoggerFactory.getLogger(owner));
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String message, Object[] arguments, Throwable thrown) {
        LogQueue queue = Thread.currentThread() instanceof EngineThread own ? own.log() : null;
        if (queue == null) {
            write(target, level, MessageFormatter.basicArrayFormat(message, arguments), thrown);
        } else {
            queue.offer(target, level, message, arguments, thrown);
        }
    }

    /** Logs a line as it is. */
    static void write(Logger target, Level level, String text, Throwable thrown) {
        switch (level) {
            case ERROR -> target.error(text, thrown);
            case WARN -> target.warn(text, thrown);
            case INFO -> target.info(text, thrown);
            case DEBUG -> target.debug(text, thrown);
            case TRACE -> target.trace(text, thrown);
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
