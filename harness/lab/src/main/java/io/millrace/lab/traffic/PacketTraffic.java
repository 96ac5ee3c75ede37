package io.millrace.lab.traffic;

import io.millrace.HostException;
import io.millrace.lab.net.RawSocket;

/**
 * The frame of a {@link FrameTemplate} through a packet socket, always the same, of any length that the interface
 * takes: some hundred thousand a second from one CPU, for what is too long for {@link KernelTraffic}. What the kernel
 * takes of it the other end of a veth pair may still have no room for, which only the interface's counters tell.
 *
 * <p>Opened in the network namespace that it sends from; used from any thread, one at a time. Needs CAP_NET_RAW.
 */
public final class PacketTraffic extends SocketTraffic {
    private static final int NOTHING_TO_RECEIVE = 0;

    private final String interfaceName;
    private final RawSocket socket;
    private final int length;

    private PacketTraffic(String interfaceName, RawSocket socket, FrameTemplate frame) {
        super(frame.lengthBytes());
        this.interfaceName = interfaceName;
        this.socket = socket;
        length = frame.lengthBytes();
        socket.load(frame.bytes());
    }

    /** Opens a sender on an interface of the calling thread's network namespace. */
    public static PacketTraffic open(String interfaceName, FrameTemplate frame) {
        return new PacketTraffic(interfaceName, RawSocket.open(interfaceName, NOTHING_TO_RECEIVE), frame);
    }

    @Override
    boolean sendOne() {
        return socket.sendLoaded(length);
    }

    @Override
    HostException allRefused() {
        return new HostException(
                interfaceName + " takes no frame of " + length + " bytes; raise its MTU with 'ip link set "
                        + interfaceName + " mtu " + length + "'",
                null);
    }

    @Override
    public void close() {
        socket.close();
    }
}
