package io.millrace.sockets;

import io.millrace.FrameKind;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where the datagrams of a UDP port go. Poller's thread only. */
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

    /** Where the port's own frames go that do not go back to their senders; null if all go back. */
    MemorySegment remote() {
        return remote;
    }

    /** Where another port's frame goes: back, to the remote, or on to where its headers say; null if nobody says. */
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
