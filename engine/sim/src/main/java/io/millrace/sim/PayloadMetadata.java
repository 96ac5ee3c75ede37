package io.millrace.sim;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;

/** The metadata of a frame that only has a payload, and no addresses. */
record PayloadMetadata(Umem umem) implements FrameMetadata {
    @Override
    public FrameKind kind() {
        return FrameKind.DATAGRAM;
    }

    @Override
    public int capacity(FrameDescriptor frame) {
        return (int) (umem.frameAddress(frame.address()) + umem.frameSize() - frame.address());
    }

    @Override
    public int payloadOffset(FrameDescriptor frame) {
        return 0;
    }

    @Override
    public int payloadLength(FrameDescriptor frame) {
        return frame.length();
    }
}
