package io.millrace.sim;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.EthernetMetadata;
import io.millrace.spi.FrameMetadata;

/** The kinds of frames of a port of type {@code memory}. */
enum MemoryKind {
    /** Whole Ethernet frames, with room for a VLAN tag beyond the MTU as on a Linux interface. */
    ETHERNET(FrameKind.ETHERNET, 14, 18),
    /** Payloads of datagrams. */
    DATAGRAM(FrameKind.DATAGRAM, 0, 0);

    private final FrameKind frames;
    private final int shortest;
    private final int headers;

    MemoryKind(FrameKind frames, int shortest, int headers) {
        this.frames = frames;
        this.shortest = shortest;
        this.headers = headers;
    }

    FrameKind frames() {
        return frames;
    }

    /** The least length of a frame in bytes. */
    int shortest() {
        return shortest;
    }

    /** The greatest length of a frame in bytes. */
    int longest(int mtu) {
        return mtu + headers;
    }

    /** Makes the object that tells what is known of such frames beside their bytes. */
    FrameMetadata newMetadata(Umem umem) {
        return this == ETHERNET ? new EthernetMetadata(umem, null) : new PayloadMetadata(umem);
    }
}
