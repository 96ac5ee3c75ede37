package io.millrace.spi;

import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import java.lang.foreign.MemorySegment;

/**
 * What a port knows of its frames beside their bytes. Each reading thread has an object of its own, and may ask as long
 * as the frame is in the pipeline. The defaults are those of a frame that is all payload, has its memory alone, and
 * says nothing of who sent it.
 */
public interface FrameMetadata {
    /** The memory that the port's frames live in. */
    Umem umem();

    /** What the bytes of the port's frames are. */
    FrameKind kind();

    /** The length in bytes that the frame may grow to: to the end of its memory if nothing else is said. */
    default int capacity(FrameDescriptor frame) {
        long address = frame.address();
        return (int) (umem().frameAddress(address) + umem().frameSize() - address);
    }

    /** How many bytes may be added in front of the frame. */
    default int headroom(FrameDescriptor frame) {
        return 0;
    }

    /** Returns whether the start of frames can be moved, which takes frames that share no memory. */
    default boolean startMoves() {
        return false;
    }

    /**
     * A number that identifies the frame among all frames of the port that are on their way. It stays the same when the
     * start of the frame is moved.
     */
    default long identity(FrameDescriptor frame) {
        return frame.address();
    }

    /** The offset of the payload in the frame, or -1. */
    default int payloadOffset(FrameDescriptor frame) {
        return 0;
    }

    /** The length of the payload in bytes. */
    default int payloadLength(FrameDescriptor frame) {
        return frame.length();
    }

    /** Shows the address of the sender, as far as it is known. */
    default void source(FrameDescriptor frame, EndpointView into) {
        into.clear();
    }

    /** Shows the address that the frame was sent to, as far as it is known. */
    default void destination(FrameDescriptor frame, EndpointView into) {
        into.clear();
    }

    /** The time at which the kernel or the network card received the frame; 0 if it is not known. */
    default long timestampNs(FrameDescriptor frame) {
        return 0;
    }

    /** Returns whether the network card's hash of the frame is known. */
    default boolean hasRssHash(FrameDescriptor frame) {
        return false;
    }

    /** The network card's hash of the frame; 0 if it is not known. */
    default int rssHash(FrameDescriptor frame) {
        return 0;
    }

    /** The VLAN tag that the network card took out of the frame, or {@link Frame#NO_VLAN}. */
    default int vlanTag(FrameDescriptor frame) {
        return Frame.NO_VLAN;
    }

    /** The port's connections, or null if it has none. */
    default Connections connections() {
        return null;
    }

    /** How the port's frames continue in further segments; null if each frame has one segment. */
    default SegmentChains chains() {
        return null;
    }

    /**
     * Returns whether the frame has several segments. {@link FrameDescriptor#length} is then the length of the first.
     */
    default boolean isSegmented(FrameDescriptor frame) {
        SegmentChains chains = chains();
        return chains != null && chains.count(frame.address()) > 1;
    }

    /**
     * Copies bytes of the frame, which may be in several segments, into one piece of memory.
     *
     * @param offset the offset of the first byte, counted over all segments
     * @param length the number of bytes; the frame must have as many from the offset on
     * @param at     the offset in the destination
     */
    default void copy(FrameDescriptor frame, int offset, int length, MemorySegment destination, long at) {
        MemorySegment.copy(umem().memory(), frame.address() + offset, destination, at, length);
    }
}
