package com.example.pipe;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameMetadata;

/** A frame of a pipe is all payload, has its memory alone, and says nothing of who sent it. */
record PipeMetadata(Umem umem) implements FrameMetadata {
    @Override
    public FrameKind kind() {
        return FrameKind.DATAGRAM;
    }
}
