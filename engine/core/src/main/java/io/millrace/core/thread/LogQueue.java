package io.millrace.core.thread;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * The lines that an engine's threads have logged and that have not been written yet. One daemon thread writes them: if
 * the reader of the log is slow or stops reading, only this thread waits. A line that finds no room is dropped and
 * counted.
 */
public final class LogQueue {
    private static final int CAPACITY = 1024;

    /** A line that is to be written. */
    private record Line(Logger target, Level level, String text, Throwable thrown) {}

    private final ManyToOneConcurrentArrayQueue<Line> lines = new ManyToOneConcurrentArrayQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final Logger own;
    private final Thread writer;
    private long toldDropped;
    private volatile boolean closing;

    /** Makes the queue; the writing thread is not started yet. */
    public LogQueue() {
        this(LoggerFactory.getLogger(LogQueue.class));
    }

    /** @param own takes messages about the log itself */
    LogQueue(Logger own) {
        this.own = own;
        writer = EngineThread.of(null, "mr-log", this::writeAll);
        writer.setDaemon(true); // it may wait for the log's reader for ever
    }

    /** Starts the writing thread. */
    public void start() {
        writer.start();
    }

    /** Takes a line, or drops it if there is no room. Never waits, never throws. Any thread may call this. */
    public void offer(Logger target, Level level, String message, Object[] arguments, Throwable thrown) {
        try {
            String text = MessageFormatter.basicArrayFormat(message, arguments);
            if (!closing && lines.offer(new Line(target, level, text, thrown))) {
                LockSupport.unpark(writer);
                return;
            }
        } catch (Throwable e) { // an OutOfMemoryError, for instance; there is nobody to tell
            Thread.yield();
        }
        dropped.incrementAndGet();
    }

    /** The number of lines that were dropped. Any thread may call this. */
    public long dropped() {
        return dropped.get();
    }

    private void writeAll() {
        while (true) {
            boolean isLast = closing;
            Line line = lines.poll();
            if (line != null) {
                write(line);
                continue;
            }
            tellDropped();
            if (isLast) {
                return;
            }
            LockSupport.park(this);
            Thread.interrupted(); // an interrupt would make the next park return at once
        }
    }

    private static void write(Line line) {
        try {
            write(line.target, line.level, line.text, line.thrown);
        } catch (Throwable e) { // printing an exception may throw, too
            writeBriefly(line);
        }
    }

    /** Logs a line that is complete, and waits for the log. */
    public static void write(Logger target, Level level, String text, Throwable thrown) {
        switch (level) {
            case ERROR -> target.error(text, thrown);
            case WARN -> target.warn(text, thrown);
            case INFO -> target.info(text, thrown);
            case DEBUG -> target.debug(text, thrown);
            case TRACE -> target.trace(text, thrown);
        }
    }

    private static void writeBriefly(Line line) {
        try {
            line.target.warn(
                    "{} (what was thrown, a {}, can't be logged)",
                    line.text,
                    line.thrown == null ? null : line.thrown.getClass().getName());
        } catch (Throwable e) { // the log itself fails: the engine goes on without it
            Thread.yield();
        }
    }

    private void tellDropped() {
        long now = dropped.get();
        if (now != toldDropped) {
            write(new Line(
                    own, Level.WARN, (now - toldDropped) + " lines of the log were dropped while it took none", null));
            toldDropped = now;
        }
    }

    /**
     * Waits until all lines have been written, or gives up: lines that are left then, or come later, count as dropped.
     *
     * @param patienceNs the longest wait, in nanoseconds
     */
    public void close(long patienceNs) {
        closing = true;
        LockSupport.unpark(writer);
        if (!EngineThread.awaitEnd(writer, System.nanoTime() + patienceNs)) {
            dropped.addAndGet(lines.size() + 1); // and the one that the writer is waiting with
        }
    }
}
