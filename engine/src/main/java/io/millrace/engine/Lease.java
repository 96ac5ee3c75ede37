package io.millrace.engine;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A frame that a stage keeps after its callback. The frame stays where the kernel put it and does not go back to the
 * fill ring until the lease is closed; then it takes the way that its verdict names.
 *
 * <p>Leases are bounded ({@code leases.max}) and counted. Closing is safe from any thread, once or often, also after
 * the engine closed. While the engine is open the lease's bytes may be read and written by the holder alone, provided
 * that no later stage of the pipeline writes them.
 */
public interface Lease extends AutoCloseable {

    /**
     * The frame's bytes, in the engine's Arena: after the lease was closed the memory holds other frames, after the
     * engine closed every access throws {@link IllegalStateException}.
     *
     * <p>Of a frame in several segments, the first.
     *
     * @throws IllegalStateException if the lease was closed
     */
    MemorySegment segment();

    /** In how many segments the frame lies in memory; see {@link Frame#segmentCount}. */
    default int segmentCount() {
        return 1;
    }

    /**
     * One of the frame's segments, as {@link #segment()} is the first.
     *
     * @param index from 0
     * @throws IllegalStateException     if the lease was closed
     * @throws IndexOutOfBoundsException if there are not so many
     */
    default MemorySegment segment(int index) {
        Objects.checkIndex(index, 1);
        return segment();
    }

    /** Gives the frame back. */
    @Override
    void close();
}
