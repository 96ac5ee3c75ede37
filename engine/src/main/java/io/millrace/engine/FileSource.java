package io.millrace.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/** A region of a {@link SharedFile} on its way to a connection. Made by {@link SharedFile#region}, sent once. */
public final class FileSource {
    private final SharedFile file;
    private final long offset;
    private final long lengthBytes;
    private final AtomicBoolean handedOver = new AtomicBoolean();
    private final AtomicBoolean released = new AtomicBoolean();

    FileSource(SharedFile file, long offset, long lengthBytes) {
        this.file = file;
        this.offset = offset;
        this.lengthBytes = lengthBytes;
    }

    /**
     * The file's descriptor, open until {@link #release}.
     *
     * @throws IllegalStateException after that: the number may be another file's by then
     */
    public int fd() {
        if (released.get()) {
            throw new IllegalStateException("the region of " + file + " has been released; ask the file for another one");
        }
        return file.fd();
    }

    /** Where the region starts in the file, in bytes. */
    public long offset() {
        return offset;
    }

    /** Bytes of the region. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Gives the region to a frame; for {@link Frame#sendFile}, which calls it.
     *
     * @throws IllegalStateException if it was given to one before, or released
     */
    public void handOver() {
        if (released.get() || !handedOver.compareAndSet(false, true)) {
            throw new IllegalStateException("the region of " + file
                + " has been sent or released already; ask the file for one for each frame");
        }
    }

    /** The region has been sent, or will not be. Called by the engine; by a stage only for a region that it never sent. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            file.letGo();
        }
    }
}
