package io.millrace.sim;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameMetadata;

/** The metadata of a frame that only has a payload, and no addresses. */
record PayloadMetadata(Umem umem) implements FrameMetadata {
    @Override
    public FrameKind kind() {
        return FrameKind.DATAGRAM;
    }
}
