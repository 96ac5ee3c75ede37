package io.millrace.sockets;

import io.millrace.PortKind;
import io.millrace.core.path.Connections;
import io.millrace.core.path.EndpointView;
import io.millrace.core.path.FrameFacts;
import io.millrace.core.path.FrameSlot;
import io.millrace.ring.Umem;

/** What a TCP port knows of its frames: all of it by their connection. Any thread. */
final class StreamFacts implements FrameFacts {
    private final TcpPort port;
    private final Umem umem;
    private final Connections connections;
    private final boolean cutsMessages;

    StreamFacts(TcpPort port, Umem umem, Connections connections, boolean cutsMessages) {
        this.port = port;
        this.umem = umem;
        this.connections = connections;
        this.cutsMessages = cutsMessages;
    }

    /** Whose frames they are. */
    TcpPort port() {
        return port;
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public PortKind kind() {
        return PortKind.TCP;
    }

    /** The messages of a buffer lie side by side. */
    @Override
    public int capacity(FrameSlot frame) {
        long address = frame.address();
        return cutsMessages ? frame.length() : (int) (umem.frameAddress(address) + umem.frameSize() - address);
    }

    @Override
    public int payloadOffset(FrameSlot frame) {
        return 0;
    }

    @Override
    public int payloadLength(FrameSlot frame) {
        return frame.length();
    }

    @Override
    public void source(FrameSlot frame, EndpointView into) {
        connections.remote(frame.connection(), into);
    }

    @Override
    public void destination(FrameSlot frame, EndpointView into) {
        connections.local(frame.connection(), into);
    }

    @Override
    public long timestampNs(FrameSlot frame) {
        return 0;
    }

    @Override
    public Connections connections() {
        return connections;
    }
}
