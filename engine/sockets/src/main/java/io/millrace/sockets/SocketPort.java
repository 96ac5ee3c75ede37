package io.millrace.sockets;

import io.millrace.ring.Umem;
import io.millrace.spi.Bound;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSink;
import io.millrace.spi.Linked;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.counters.PortCounters;
import java.net.InetSocketAddress;
import java.util.List;

/** What socket ports have in common: their name, their frames, and the interfaces that they depend on. */
abstract class SocketPort implements FrameOwner, FrameSink, Linked, Bound, CompletionHandler {
    private final int id;
    private final String name;
    private final InetSocketAddress localAddress;
    private final SocketFrames frames;
    private final PortCounters counters;
    private final SocketLinks links;

    /**
     * @param localAddress the address that the port is bound to, or null
     * @param links        the interfaces of its addresses
     */
    SocketPort(
            int id,
            String name,
            InetSocketAddress localAddress,
            SocketFrames frames,
            PortCounters counters,
            SocketLinks links) {
        this.id = id;
        this.name = name;
        this.localAddress = localAddress;
        this.frames = frames;
        this.counters = counters;
        this.links = links;
    }

    @Override
    public final int id() {
        return id;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Umem umem() {
        return frames.umem();
    }

    @Override
    public final InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public final PortCounters counters() {
        return counters;
    }

    @Override
    public final List<LinkedPort> links() {
        return links.all();
    }
}
