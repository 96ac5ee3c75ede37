package io.millrace.spi;

import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import java.lang.foreign.MemorySegment;

/**
 * What a port knows of its frames beside their bytes. Each reader has one of its own, for one thread; it may ask as
 * long as the frame is in the pipeline.
 */
public interface FrameMetadata {
    /** The memory that the port's frames live in. */
    Umem umem();

    FrameKind kind();

    /** How long the frame may become. */
    int capacity(FrameDescriptor frame);

    /** How many bytes the frame may be given in front. */
    default int headroom(FrameDescriptor frame) {
        return 0;
    }

    /** Whether the start of frames can be moved: each has its memory alone. */
    default boolean startMoves() {
        return false;
    }

    /** What tells a frame from all others of the port on their way, the same wherever its start is moved. */
    default long identity(FrameDescriptor frame) {
        return frame.address();
    }

    /** Where the payload starts in the frame, or -1. */
    int payloadOffset(FrameDescriptor frame);

    /** Bytes of the payload. */
    int payloadLength(FrameDescriptor frame);

    /** Who sent it. */
    void source(FrameDescriptor frame, EndpointView into);

    /** To whom it was sent. */
    void destination(FrameDescriptor frame, EndpointView into);

    /** When the kernel, or the network card, received it, or 0. */
    long timestampNs(FrameDescriptor frame);

    /** Whether the network card's hash of the frame is known. */
    default boolean hasRssHash(FrameDescriptor frame) {
        return false;
    }

    /** That hash; 0 if it is not known. */
    default int rssHash(FrameDescriptor frame) {
        return 0;
    }

    /** The VLAN tag that the network card took out of the frame, or {@link Frame#NO_VLAN}. */
    default int vlanTag(FrameDescriptor frame) {
        return Frame.NO_VLAN;
    }

    /** The port's connections, or null if it has none. */
    Connections connections();

    /** How the port's frames go on in further segments; null if each has one. */
    default SegmentChains chains() {
        return null;
    }

    /** Whether the frame has several segments: {@link FrameDescriptor#length} is that of the first then. */
    default boolean isSegmented(FrameDescriptor frame) {
        SegmentChains chains = chains();
        return chains != null && chains.count(frame.address()) > 1;
    }

    /**
     * Copies bytes of the frame to where they are in one piece.
     *
     * @param offset of the first byte, counted over all segments
     * @param length in bytes; the frame has so many from there on
     * @param at     where to, in the destination
     */
    default void copy(FrameDescriptor frame, int offset, int length, MemorySegment destination, long at) {
        MemorySegment.copy(umem().memory(), frame.address() + offset, destination, at, length);
    }
}
