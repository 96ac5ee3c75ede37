package io.millrace.sockets;

import io.millrace.FrameKind;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Finds out where the datagrams of a UDP port go. Only the poller's thread may use this. */
final class DatagramDestinations {
    private final DatagramLayout layout;
    /** The configured remote address, or null. */
    private final MemorySegment remote;
    /** Scratch memory for an address that is read from a frame. */
    private final MemorySegment scratch;

    private final EndpointView endpoint = new EndpointView();

    /** @param remote the configured remote address, or null */
    DatagramDestinations(Arena arena, DatagramLayout layout, MemorySegment remote) {
        this.layout = layout;
        this.remote = remote;
        this.scratch = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
    }

    DatagramLayout layout() {
        return layout;
    }

    /** The destination of the port's own frames that do not go back to their senders; null if all go back. */
    MemorySegment remote() {
        return remote;
    }

    /**
     * The destination of another port's frame: its sender, the remote, or the destination in its headers; null if none
     * of these is known.
     */
    MemorySegment of(FrameDescriptor frame, FrameMetadata metadata) {
        if (frame.isTurned()) {
            metadata.source(frame, endpoint);
        } else if (remote != null) {
            return remote;
        } else if (metadata.kind() == FrameKind.ETHERNET) {
            metadata.destination(frame, endpoint);
        } else {
            return null;
        }
        boolean fits = endpoint.ipVersion() == (layout.isIpv4() ? 4 : 6) && endpoint.port() != 0;
        return fits && SocketAddresses.write(scratch, 0, endpoint) > 0 ? scratch : null;
    }
}
