package io.millrace.sockets;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Framing;
import io.millrace.spi.Port;
import io.millrace.spi.PortSettings;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.slf4j.Logger;

/** Opens a TCP port: the socket that listens and the frames' memory, and registers both with the ring. Cold. */
public final class TcpPortOpener {
    private static final Logger LOG = EngineLog.of(TcpPortOpener.class);
    private static final long SHORTEST_TICK_NS = 2_000_000;
    private static final long LONGEST_TICK_NS = 100_000_000;
    /** A time-out is noticed at most this fraction of its length too late. */
    private static final int TICKS = 8;

    private static final int MOST_BLOCKS = 1024;
    private static final int NO_LISTENER = -1;

    private final int portId;
    private final int poller;
    private final PortSettings settings;
    private final Arena arena;
    private final UringDevice device;
    private final Framing framing;
    /** The layer that the bytes of its connections pass through, or null. */
    private final StreamLayer layer;

    private final CycleClock clock = new CycleClock();

    private TcpPortOpener(
            int portId,
            int poller,
            PortSettings settings,
            Arena arena,
            UringDevice device,
            Framing framing,
            StreamLayer layer) {
        this.portId = portId;
        this.poller = poller;
        this.settings = settings;
        this.arena = arena;
        this.device = device;
        this.framing = framing;
        this.layer = layer;
    }

    /**
     * @param poller  the number of the poller that the port belongs to
     * @param arena   owns the memory; it has to be closed after the ring, when the kernel has let go of the memory
     * @param framing says how to cut the streams into messages, or null
     * @throws HostException if the host lacks something
     */
    public static Port open(
            int portId,
            int poller,
            PortSettings settings,
            Arena arena,
            UringDevice device,
            EngineCounters engineCounters,
            Framing framing) {
        SocketSetUp listener = settings.get(TcpKeys.BIND).isEmpty() ? null : TcpSocket.listening(settings);
        try {
            TcpPortOpener opener = new TcpPortOpener(portId, poller, settings, arena, device, framing, null);
            InetSocketAddress address = listener == null ? null : listener.localAddress();
            TcpPort.Place place = new TcpPort.Place(
                    address == null ? "to " + SocketAddresses.text(address(settings)) : SocketAddresses.text(address),
                    address);
            TcpPort port = opener.open(
                    engineCounters,
                    listener == null ? NO_LISTENER : listener.fd(),
                    place,
                    () -> close(listener),
                    index -> listener.moveTo(index, address(settings)));
            opener.report(port.umem(), place.text());
            return port;
        } catch (SystemCallException e) {
            close(listener);
            throw HostException.dueTo(
                    "frames",
                    "port " + settings.name() + ": io_uring refuses its buffers (" + e.getMessage()
                            + "); set fewer frames or buffers",
                    e);
        } catch (Throwable e) {
            close(listener);
            throw e;
        }
    }

    /**
     * Makes a port for a socket that already listens and that still belongs to the caller. Nothing is logged.
     *
     * @param framing says how to cut the streams into messages, or null
     * @param layer   the layer that their bytes pass through, or null
     */
    static TcpPort over(
            int listener,
            PortSettings settings,
            Arena arena,
            UringDevice device,
            EngineCounters counters,
            Framing framing,
            StreamLayer layer) {
        return new TcpPortOpener(0, 0, settings, arena, device, framing, layer)
                .open(counters, listener, new TcpPort.Place(settings.name(), null), () -> {}, null);
    }

    private static void close(SocketSetUp listener) {
        if (listener != null) {
            listener.close();
        }
    }

    /** @param move moves the listening socket to another interface; null if the port must not do that */
    private TcpPort open(
            EngineCounters engineCounters,
            int listener,
            TcpPort.Place place,
            Runnable closeListener,
            IntConsumer move) {
        Umem umem =
                Umem.mapBuffers(arena, settings.get(TcpKeys.FRAMES), settings.get(TcpKeys.FRAME_SIZE), HugePages.OFF);
        SocketFrames frames = new SocketFrames(umem, device.provideBuffers(umem, settings.get(TcpKeys.BUFFERS)));
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        Streams streams = streams(umem, frames, counters);
        Connector connector = listener == NO_LISTENER
                ? new Connector(device.uring(), streams, clock, settings, counters, portId, arena)
                : null;
        Establisher establisher = connector == null ? acceptor(listener, streams, counters) : connector;
        StreamZone zone =
                new StreamZone(streams.table(), streams.lifecycle(), connector == null ? move : connector::moveTo);
        Ticker ticker = new Ticker(device.uring(), arena, tickNs(), StreamOperation.TICK.userData(portId, 0));
        TcpPort port = new TcpPort(
                portId,
                settings.name(),
                place,
                streams,
                establisher,
                zone,
                ticker,
                counters,
                closeListener,
                move == null ? SocketLinks.NONE : links(zone));
        device.uring().add(portId, port, settings.get(TcpKeys.BATCH));
        return port;
    }

    /** The address that the port is bound to or connects to. */
    private static InetSocketAddress address(PortSettings settings) {
        return settings.get(TcpKeys.BIND)
                .or(() -> settings.get(TcpKeys.CONNECT))
                .orElseThrow();
    }

    private Acceptor acceptor(int listener, Streams streams, PortCounters counters) {
        return new Acceptor(
                device.uring(),
                device.spareDescriptors(),
                streams.lifecycle(),
                clock,
                counters,
                portId,
                device.registerFile(listener));
    }

    private SocketLinks links(StreamZone zone) {
        return SocketLinks.of(settings, address(settings).getAddress() instanceof Inet4Address, zone);
    }

    private Streams streams(Umem umem, SocketFrames frames, PortCounters counters) {
        StreamTable table = new StreamTable(
                new ConnectionIds(portId, poller, settings.get(TcpKeys.CONNECTIONS)),
                settings.get(TcpKeys.CONNECTIONS));
        FrameDecoder decoder = framing == null ? null : FrameDecoder.of(framing, umem.frameSize());
        StreamReader reader = new StreamReader(
                device.uring(), frames, table, clock, counters, portId, bundles(), decoder, layer != null);
        StreamWriter writer = writer(umem, frames, table, counters);
        StreamLifecycle lifecycle = new StreamLifecycle(portId, table, clock, counters, reader, writer, layer, arena);
        StreamTimeOuts timeOuts = new StreamTimeOuts(
                lifecycle,
                table,
                clock,
                new StreamTimeOuts.Durations(
                        settings.get(TcpKeys.IDLE_TIMEOUT),
                        settings.get(TcpKeys.WRITE_TIMEOUT),
                        settings.get(TcpKeys.WAIT_TIMEOUT)));
        return new Streams(frames, table, clock, reader, writer, lifecycle, timeOuts, layer != null);
    }

    private StreamWriter writer(Umem umem, SocketFrames frames, StreamTable table, PortCounters counters) {
        ZeroCopy zeroCopy = ZeroCopy.register(
                device,
                settings.name(),
                umem,
                settings.get(TcpKeys.ZERO_COPY_ABOVE).orElse(Integer.MAX_VALUE));
        SendBlocks blocks = new SendBlocks(
                arena, Math.min(settings.get(TcpKeys.CONNECTIONS), MOST_BLOCKS), StreamWriter.MOST_PARTS);
        ZeroCopyHolds holds = new ZeroCopyHolds(frames, zeroCopy.isOn() ? settings.get(TcpKeys.FRAMES) : 0);
        OutboundQueues queues = new OutboundQueues(
                frames, table, clock, counters, settings.get(TcpKeys.HIGH_WATER), settings.get(TcpKeys.LOW_WATER));
        return new StreamWriter(
                device.uring(),
                queues,
                table,
                clock,
                new FileTransfers(device.uring(), portId),
                blocks,
                holds,
                counters,
                new StreamWriter.Settings(portId, zeroCopy, layer != null));
    }

    private long tickNs() {
        long shortest = LongStream.of(
                        settings.get(TcpKeys.IDLE_TIMEOUT),
                        settings.get(TcpKeys.WRITE_TIMEOUT),
                        settings.get(TcpKeys.WAIT_TIMEOUT),
                        settings.get(TcpKeys.CONNECT).isEmpty() ? 0 : settings.get(TcpKeys.RECONNECT_MIN))
                .filter(ns -> ns > 0)
                .min()
                .orElse(LONGEST_TICK_NS);
        return Math.clamp(shortest / TICKS, SHORTEST_TICK_NS, LONGEST_TICK_NS);
    }

    private boolean bundles() {
        return settings.get(TcpKeys.BUNDLES) == Bundles.AUTO
                && device.features().hasBundles();
    }

    private void report(Umem umem, String local) {
        LOG.info(
                "port {}: tcp {}, {} frames of {} bytes, {} of them with the kernel, at most {} connections{}{}",
                settings.name(),
                local,
                umem.frameCount(),
                umem.frameSize(),
                settings.get(TcpKeys.BUFFERS),
                settings.get(TcpKeys.CONNECTIONS),
                bundles() ? ", receives in bundles" : "",
                framing == null ? "" : ", messages of at most " + Math.min(framing.max(), umem.frameSize()) + " bytes");
        long descriptors = DescriptorLimit.ofProcess();
        if (settings.get(TcpKeys.BIND).isPresent() && settings.get(TcpKeys.CONNECTIONS) > descriptors) {
            LOG.warn(
                    "port {}: connections is {}, but the process may open {} descriptors; raise `ulimit -n`, or lower"
                            + " connections: clients wait when there are none",
                    settings.name(),
                    settings.get(TcpKeys.CONNECTIONS),
                    descriptors);
        }
    }
}
