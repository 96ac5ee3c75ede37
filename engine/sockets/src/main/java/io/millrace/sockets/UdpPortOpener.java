package io.millrace.sockets;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Port;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.ScopedAddress;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.slf4j.Logger;

/** Opens a UDP port: its socket and its frames' memory, and registers both with the ring. Cold. */
public final class UdpPortOpener {
    private static final Logger LOG = EngineLog.of(UdpPortOpener.class);

    private UdpPortOpener() {}

    /**
     * @param arena owns the memory; it has to be closed after the ring, when the kernel has let go of the memory
     * @throws HostException if the host lacks something
     */
    public static Port open(
            int portId, PortSettings settings, Arena arena, UringDevice device, EngineCounters engineCounters) {
        UdpSocket socket = UdpSocket.open(settings);
        try {
            return open(portId, settings, arena, device, engineCounters, socket);
        } catch (SystemCallException e) {
            socket.close();
            throw HostException.dueTo(
                    "frames",
                    "port " + settings.name() + ": io_uring refuses its buffers (" + e.getMessage()
                            + "); set fewer frames or buffers",
                    e);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    private static Port open(
            int portId,
            PortSettings settings,
            Arena arena,
            UringDevice device,
            EngineCounters engineCounters,
            UdpSocket socket) {
        Umem umem =
                Umem.mapBuffers(arena, settings.get(UdpKeys.FRAMES), settings.get(UdpKeys.FRAME_SIZE), HugePages.OFF);
        SocketFrames frames = new SocketFrames(umem, device.provideBuffers(umem, settings.get(UdpKeys.BUFFERS)));
        DatagramLayout layout = new DatagramLayout(
                socket.isIpv4(),
                socket.tellsLocalAddress(),
                settings.get(UdpKeys.TIMESTAMPS),
                settings.get(UdpKeys.GRO));
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        int file = device.registerFile(socket.fd());
        ZeroCopy zeroCopy = ZeroCopy.register(
                device,
                settings.name(),
                umem,
                settings.get(UdpKeys.ZERO_COPY_ABOVE).orElse(Integer.MAX_VALUE));
        DatagramReceiver receiver = new DatagramReceiver(
                device.uring(), frames, layout, layout.newHeader(arena), counters, portId, file, UdpPort.RECEIVE);
        SendBlocks blocks = new SendBlocks(
                arena, settings.get(UdpKeys.SENDS), settings.get(UdpKeys.GSO) ? DatagramSender.MOST_SEGMENTS : 1);
        DatagramSender sender =
                new DatagramSender(device.uring(), frames, blocks, counters, portId, file, socket.isIpv4(), zeroCopy);
        MemorySegment remote = settings.get(UdpKeys.REMOTE)
                .map(address -> written(arena, address))
                .orElse(null);
        DatagramDestinations destinations = new DatagramDestinations(arena, layout, remote);
        LOG.info(
                "port {}: udp {}{}, {} frames of {} bytes, {} of them with the kernel{}{}{}",
                settings.name(),
                SocketAddresses.text(socket.localAddress()),
                settings.get(UdpKeys.REMOTE)
                        .map(address -> " to " + SocketAddresses.text(address))
                        .orElse(""),
                umem.frameCount(),
                umem.frameSize(),
                settings.get(UdpKeys.BUFFERS),
                settings.get(UdpKeys.GRO) ? ", receives coalesced" : "",
                settings.get(UdpKeys.GSO) ? ", sends segmented" : "",
                zeroCopy.isOn()
                        ? ", sends without a copy above "
                                + settings.get(UdpKeys.ZERO_COPY_ABOVE).orElseThrow() + " bytes"
                        : "");
        UdpPort port = new UdpPort(
                portId,
                settings.name(),
                socket,
                socket.localAddress(),
                frames,
                receiver,
                sender,
                destinations,
                counters,
                links(settings, socket, remote));
        device.uring().add(portId, port, settings.get(UdpKeys.BATCH));
        return port;
    }

    private static SocketLinks links(PortSettings settings, UdpSocket socket, MemorySegment remote) {
        return SocketLinks.of(settings, socket.isIpv4(), (name, index) -> {
            socket.setUpOn(name, index);
            if (remote != null
                    && name.equals(ScopedAddress.interfaceName(
                            settings.get(UdpKeys.REMOTE).orElseThrow()))) {
                SocketAddresses.changeScope(remote, index);
            }
        });
    }

    /** The address gets the space of the longest one, since addresses are copied in whole words. */
    private static MemorySegment written(Arena arena, InetSocketAddress address) {
        MemorySegment remote = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
        SocketAddresses.write(remote, 0, address);
        return remote;
    }
}
