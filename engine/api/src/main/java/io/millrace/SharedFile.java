package io.millrace;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file whose regions a stage sends by TCP connections without their bytes passing through this process. Open it in
 * {@link Stage#onStart}, close it in {@link Stage#onStop}. Any thread may use this. Closing is safe while transfers are
 * under way: the descriptor goes with the last of them.
 */
public final class SharedFile implements AutoCloseable {
    private final Path path;
    private final int fd;
    /** Counts the holds on the file: one by the owner and one by each transfer. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();

    private SharedFile(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens a file to read.
     *
     * @throws HostException if the system refuses
     */
    public static SharedFile open(Path path) {
        return new SharedFile(path, EngineProvider.found().openFile(path));
    }

    /**
     * Makes a region of the file, for {@link Frame#sendFile}. Each region is sent once.
     *
     * @param offset      where it starts, in bytes
     * @param lengthBytes its length; the connection fails if the file turns out to be shorter
     * @throws IllegalArgumentException if either is negative
     * @throws IllegalStateException    if the file is closed
     */
    public FileSource region(long offset, long lengthBytes) {
        if (offset < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException("a region of " + lengthBytes + " bytes at " + offset + " of " + path
                    + " is none; use offsets and lengths from 0");
        }
        if (closed.get()) {
            throw isClosed();
        }
        hold();
        return new FileSource(this, offset, lengthBytes);
    }

    private void hold() {
        int seen;
        do {
            seen = holders.get();
            if (seen == 0) {
                throw isClosed();
            }
        } while (!holders.compareAndSet(seen, seen + 1));
    }

    private IllegalStateException isClosed() {
        return new IllegalStateException(path + " is closed; open it again");
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            EngineProvider.found().closeFile(fd);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    int fd() {
        return fd;
    }

    /** Gives up the owner's hold on the file. Calling it again does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            letGo();
        }
    }
}
