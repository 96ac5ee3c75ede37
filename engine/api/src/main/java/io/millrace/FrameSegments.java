package io.millrace;

import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;

/**
 * Walks the segments of a frame, each where the kernel or the network card put it: nothing is copied, and nothing
 * allocated.
 *
 * <pre>{@code
 *   FrameSegments segments = frame.segments();
 *   while (segments.next()) {
 *       sum += InternetChecksum.sum(segments.buffer(), 0, segments.length());
 *   }
 * }</pre>
 *
 * <p>A flyweight of the stage's thread, valid as long as its {@link Frame}. A frame in one piece has one segment.
 */
public interface FrameSegments {

    /**
     * Moves to the next segment; the first call moves to the first segment.
     *
     * @return whether there is one; if not, the view stays at the last segment
     */
    boolean next();

    /** The index of the segment, from 0. */
    int index();

    /** The offset in bytes at which the segment starts in the frame: the length of all segments before it. */
    int offset();

    /** The length of the segment in bytes. */
    int length();

    /** The offset at which the segment starts in {@link Frame#memory()}. */
    long address();

    /** The segment's bytes as an Agrona buffer, the same one for all segments; empty before the first. */
    MutableDirectBuffer buffer();

    /** The segment's bytes as a slice of {@link Frame#memory()}. */
    MemorySegment segment();
}
