package io.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * An output stream whose writers never wait. Lines go into a queue of limited size, and a daemon thread writes them to
 * the target. If the reader does not read, only that thread waits; a line that the queue has no room for, or that can't
 * be written, is dropped and counted. Any thread may write.
 */
final class LineWriter extends OutputStream {
    /** The size of the queue: enough for a day of status lines, or a second or two of a log that runs wild. */
    private static final int CAPACITY = 256 * 1024;

    private final String name;
    private final OutputStream target;
    private final Consumer<String> onLoss;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> queue = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int queuedBytes;
    private boolean writing;
    private boolean abandoned;
    private boolean failed;
    private long handled;
    private long dropped;
    private long toldDropped;

    /**
     * Starts the thread.
     *
     * @param name   the stream's name, for messages
     * @param target where the lines go; its writes may block
     * @param onLoss receives a message when the target fails, and the count of dropped lines once it takes lines again
     */
    LineWriter(String name, OutputStream target, Consumer<String> onLoss) {
        this.name = name;
        this.target = target;
        this.onLoss = onLoss;
        Thread.ofPlatform().name(name + "-writer").daemon(true).start(this::writeAll);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            for (int i = offset; i < offset + length; i++) {
                line.write(bytes[i]);
                if (bytes[i] == '\n' || line.size() == CAPACITY) {
                    offer();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does nothing, since a line is on its way as soon as it is complete. */
    @Override
    public void flush() {}

    private void offer() {
        if (queuedBytes + line.size() > CAPACITY) {
            dropped++;
        } else {
            queue.add(line.toByteArray());
            queuedBytes += line.size();
            changed.signalAll();
        }
        line.reset();
    }

    private void writeAll() {
        while (true) {
            byte[] next = take();
            IOException failure = null;
            try {
                target.write(next);
                target.flush();
            } catch (IOException e) {
                failure = e;
            }
            String message = afterWrite(failure);
            if (message != null) {
                onLoss.accept(message);
            }
        }
    }

    private byte[] take() {
        lock.lock();
        try {
            while (queue.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            writing = true;
            byte[] next = queue.remove();
            queuedBytes -= next.length;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the message about a failure, or null. A failure is reported once, until writing works again. */
    private String afterWrite(IOException failure) {
        lock.lock();
        try {
            writing = false;
            handled++;
            changed.signalAll();
            if (failure != null) {
                dropped++;
                boolean first = !failed;
                failed = true;
                return first
                        ? name + " can't be written (" + failure.getMessage()
                                + "); what is said there is dropped until it can be"
                        : null;
            }
            failed = false;
            if (dropped == toldDropped || !queue.isEmpty()) {
                return null;
            }
            long news = dropped - toldDropped;
            toldDropped = dropped;
            return news + (news == 1 ? " line" : " lines") + " of " + name
                    + " dropped while it could not be written; have its reader read, or keep less from it";
        } finally {
            lock.unlock();
        }
    }

    /** The number of dropped lines, including all waiting ones once {@link #finish} has given up. */
    long dropped() {
        lock.lock();
        try {
            return dropped + (abandoned ? queue.size() + (writing ? 1 : 0) : 0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything has been written, including an unfinished line, or gives up; after giving up, it does not
     * wait again.
     *
     * @param patienceNs how long it waits for the next line to be written, in nanoseconds; it waits ten times that for
     *                   all of them
     */
    void finish(long patienceNs) {
        lock.lock();
        try {
            if (line.size() > 0) {
                offer();
            }
            long left = 10 * patienceNs;
            while (!abandoned && (writing || !queue.isEmpty())) {
                long handledBefore = handled;
                long most = Math.min(patienceNs, left);
                long unused = awaitChange(handledBefore, most);
                left -= most - unused;
                abandoned = unused <= 0 && handled == handledBefore || left <= 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next line; returns how much of the time is left, or 0 if no line was handled. */
    private long awaitChange(long handledBefore, long mostNs) {
        long left = mostNs;
        boolean interrupted = false;
        while (left > 0 && handled == handledBefore) {
            long startNs = System.nanoTime();
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                interrupted = true;
                left -= System.nanoTime() - startNs;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return left;
    }
}
