package io.millrace.sockets;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.core.config.ScopedAddress;
import io.millrace.core.config.UdpSettings;
import io.millrace.core.counters.EngineCounters;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.thread.EngineLog;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.Port;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;

/** Opens a UDP port: its socket and its frames' memory, and registers both with the ring. Cold. */
public final class UdpPortOpener {
    private static final Logger LOG = EngineLog.of(UdpPortOpener.class);

    private UdpPortOpener() {}

    /**
     * @param arena owns the memory; to be closed after the ring, when the kernel has let go of it
     * @throws HostException if the host lacks something
     */
    public static Port open(
            int portId, UdpSettings settings, Arena arena, UringDevice device, EngineCounters engineCounters) {
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
            UdpSettings settings,
            Arena arena,
            UringDevice device,
            EngineCounters engineCounters,
            UdpSocket socket) {
        Umem umem = Umem.mapBuffers(arena, settings.frames(), settings.frameSize(), HugePages.OFF);
        SocketFrames frames = new SocketFrames(umem, device.provideBuffers(umem, settings.buffers()));
        DatagramLayout layout =
                new DatagramLayout(socket.isIpv4(), socket.tellsLocalAddress(), settings.timestamps(), settings.gro());
        PortCounters counters = new PortCounters(engineCounters, settings.name());
        int file = device.registerFile(socket.fd());
        ZeroCopy zeroCopy = ZeroCopy.register(device, settings.name(), umem, settings.zeroCopyAbove());
        DatagramReceiver receiver = new DatagramReceiver(
                device.uring(), frames, layout, layout.newHeader(arena), counters, portId, file, UdpPort.RECEIVE);
        SendBlocks blocks = new SendBlocks(arena, settings.sends(), settings.gso() ? DatagramSender.MOST_SEGMENTS : 1);
        DatagramSender sender =
                new DatagramSender(device.uring(), frames, blocks, counters, portId, file, socket.isIpv4(), zeroCopy);
        MemorySegment remote = settings.remote() == null ? null : remote(arena, settings);
        DatagramDestinations destinations = new DatagramDestinations(arena, layout, remote);
        LOG.info(
                "port {}: udp {}{}, {} frames of {} bytes, {} of them with the kernel{}{}{}",
                settings.name(),
                SocketAddresses.text(socket.localAddress()),
                settings.remote() == null ? "" : " to " + SocketAddresses.text(settings.remote()),
                umem.frameCount(),
                umem.frameSize(),
                settings.buffers(),
                settings.gro() ? ", receives coalesced" : "",
                settings.gso() ? ", sends segmented" : "",
                zeroCopy.isOn() ? ", sends without a copy above " + settings.zeroCopyAbove() + " bytes" : "");
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
        device.uring().add(portId, port, settings.batch());
        return port;
    }

    private static SocketLinks links(UdpSettings settings, UdpSocket socket, MemorySegment remote) {
        return SocketLinks.of(settings, socket.isIpv4(), (name, index) -> {
            socket.setUpOn(name, index);
            if (remote != null && name.equals(ScopedAddress.interfaceName(settings.remote()))) {
                SocketAddresses.changeScope(remote, index);
            }
        });
    }

    /** The address takes the space of the longest one, since addresses are copied in whole words. */
    private static MemorySegment remote(Arena arena, UdpSettings settings) {
        MemorySegment remote = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
        SocketAddresses.write(remote, 0, settings.remote());
        return remote;
    }
}
