package io.millrace;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;

/**
 * A frame that a stage keeps after its callback. The frame stays where the kernel put it and does not go back to the
 * fill ring until the lease is closed; then it goes where its verdict says.
 *
 * <p>Leases are bounded ({@code leases.max}) and counted. Closing is safe from any thread, once or more often, also
 * after the engine closed. While the engine is open, only the holder may read and write the lease's bytes, provided
 * that no later stage of the pipeline writes them.
 *
 * <p>A lease shows the frame as it was when the lease was taken: where it started, how long it was, and in how many
 * segments. What later stages do to the frame's ends and segments changes only what leaves.
 */
public interface Lease extends AutoCloseable {

    /**
     * The frame's bytes, in the engine's Arena. After the lease was closed the memory holds other frames; after the
     * engine closed every access throws {@link IllegalStateException}.
     *
     * <p>If the frame has several segments, this is the first.
     *
     * @throws IllegalStateException if the lease was closed
     */
    MemorySegment segment();

    /**
     * The same bytes as an Agrona buffer, the same one at each call, for one thread at a time. Bounds are checked, and
     * the buffer is revoked when the lease or the engine is closed: every access throws {@link
     * IndexOutOfBoundsException} from then on. A thread that is in a loop over the buffer while another one closes may
     * miss that. It then reads whatever is in the frame's memory, or zeroes after the engine's close; it never crashes
     * the JVM. Makes one object at the first call.
     *
     * @throws IllegalStateException if the lease or the engine was closed
     */
    MutableDirectBuffer buffer();

    /**
     * The number of segments that the frame had when the lease was taken; see {@link Frame#segmentCount}.
     *
     * @throws IllegalStateException if the lease was closed
     */
    default int segmentCount() {
        segment();
        return 1;
    }

    /**
     * Returns one of the frame's segments, of which {@link #segment()} is the first.
     *
     * @param index the segment's index, from 0
     * @throws IllegalStateException     if the lease was closed
     * @throws IndexOutOfBoundsException if the frame has fewer segments
     */
    default MemorySegment segment(int index) {
        Objects.checkIndex(index, 1);
        return segment();
    }

    /**
     * Returns one of the frame's segments as an Agrona buffer, of which {@link #buffer()} is the first.
     *
     * @param index the segment's index, from 0
     * @throws IllegalStateException     if the lease or the engine was closed
     * @throws IndexOutOfBoundsException if the frame has fewer segments
     */
    default MutableDirectBuffer buffer(int index) {
        Objects.checkIndex(index, 1);
        return buffer();
    }

    /** Gives the frame back. */
    @Override
    void close();
}
