package io.millrace;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A region of a {@link SharedFile} to send to a connection. {@link SharedFile#region} makes it and {@link
 * Frame#sendFile} sends it once; from then on it belongs to the engine, and the program need not release it. Any thread
 * may use this.
 */
public final class FileSource {
    private enum State {
        NEW,
        SENT,
        ENDED
    }

    private final SharedFile file;
    private final long offset;
    private final long lengthBytes;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final Transfer transfer = new Transfer(this);

    FileSource(SharedFile file, long offset, long lengthBytes) {
        this.file = file;
        this.offset = offset;
        this.lengthBytes = lengthBytes;
    }

    /** Where the region starts in the file, in bytes. */
    public long offset() {
        return offset;
    }

    /** The length of the region in bytes. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Gives the region to a frame; for {@link Frame#sendFile}, which calls it.
     *
     * @return the region as the engine sends it
     * @throws IllegalStateException if it was given to a frame before, or released
     */
    public Transfer handOver() {
        if (!state.compareAndSet(State.NEW, State.SENT)) {
            throw new IllegalStateException("the region of " + file
                    + " has been sent or released already; ask the file for one for each frame");
        }
        return transfer;
    }

    /** Releases a region that was never sent. Does nothing if it was sent or released before. */
    public void release() {
        end(State.NEW);
    }

    private void end(State from) {
        if (state.compareAndSet(from, State.ENDED)) {
            file.letGo();
        }
    }

    /** A region on its way, which holds its file open until it ends. For the engine alone. */
    public static final class Transfer {
        private final FileSource region;

        private Transfer(FileSource region) {
            this.region = region;
        }

        /**
         * The file's descriptor, open until {@link #release}.
         *
         * @throws IllegalStateException after {@link #release}, when the number may belong to another file
         */
        public int fd() {
            if (region.state.get() != State.SENT) {
                throw new IllegalStateException("the region of " + region.file + " is on its way no longer");
            }
            return region.file.fd();
        }

        /** Where the region starts in the file, in bytes. */
        public long offset() {
            return region.offset;
        }

        /** The length of the region in bytes. */
        public long lengthBytes() {
            return region.lengthBytes;
        }

        /** Releases the region when it has been sent, or won't be. Calling it again does nothing. */
        public void release() {
            region.end(State.SENT);
        }
    }
}
