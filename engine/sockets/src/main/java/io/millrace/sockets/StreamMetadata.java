package io.millrace.sockets;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.Connections;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;

/** What a TCP port knows of its frames, all of which comes from their connection. Any thread may use this. */
final class StreamMetadata implements FrameMetadata {
    private final Streams streams;
    private final Umem umem;
    private final Connections connections;
    private final boolean cutsMessages;

    /** @param streams the streams that the frames belong to */
    StreamMetadata(Streams streams) {
        this.streams = streams;
        this.umem = streams.frames().umem();
        this.connections = streams.table();
        this.cutsMessages = streams.cutsMessages();
    }

    /** The streams that the frames belong to. */
    Streams streams() {
        return streams;
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public FrameKind kind() {
        return FrameKind.STREAM;
    }

    /** {@inheritDoc} The messages of a buffer lie side by side, so that one may become as long as it was, no longer. */
    @Override
    public int capacity(FrameDescriptor frame) {
        return cutsMessages ? frame.length() + frame.shortened() : FrameMetadata.super.capacity(frame);
    }

    @Override
    public void source(FrameDescriptor frame, EndpointView into) {
        connections.remote(frame.connection(), into);
    }

    @Override
    public void destination(FrameDescriptor frame, EndpointView into) {
        connections.local(frame.connection(), into);
    }

    @Override
    public Connections connections() {
        return connections;
    }
}
