package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.IPPROTO_TCP;
import static io.millrace.bindings.libc.libc_h.SOCK_STREAM;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_KEEPALIVE;
import static io.millrace.bindings.libc.libc_h.TCP_NODELAY;

import io.millrace.HostException;
import io.millrace.bindings.Sockets;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.PortSettings;
import java.net.InetSocketAddress;

/** Opens the sockets of a TCP port: the listening one, whose options accepted ones inherit, or one to connect. Cold. */
final class TcpSocket {
    private TcpSocket() {}

    /** @throws HostException if the kernel refuses */
    static SocketSetUp listening(PortSettings settings) {
        InetSocketAddress address = settings.get(TcpKeys.BIND).orElseThrow();
        SocketSetUp socket = open(settings, address);
        try {
            socket.prepareToBind(address, settings.get(TcpKeys.REUSE_PORT), true);
            socket.bind(address);
            Sockets.listen(socket.fd(), settings.get(TcpKeys.BACKLOG));
            return socket;
        } catch (SystemCallException e) {
            socket.close();
            throw HostException.dueTo(
                    "bind",
                    "port " + settings.name() + ": " + SocketAddresses.text(address)
                            + " can't be listened at (" + e.getMessage()
                            + "); stop its owner (`ss -ltnp` names it), or choose another"
                            + " port",
                    e);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    /** @throws HostException if the kernel refuses */
    static SocketSetUp forConnection(PortSettings settings) {
        return open(settings, settings.get(TcpKeys.CONNECT).orElseThrow());
    }

    private static SocketSetUp open(PortSettings settings, InetSocketAddress address) {
        SocketSetUp socket =
                SocketSetUp.open(settings.name(), SocketAddresses.family(address.getAddress()), SOCK_STREAM());
        try {
            socket.buffers(settings.get(TcpKeys.RECEIVE_BUFFER), settings.get(TcpKeys.SEND_BUFFER));
            socket.busyPoll(settings.get(TcpKeys.BUSY_POLL));
            socket.set(IPPROTO_TCP(), TCP_NODELAY(), settings.get(TcpKeys.NO_DELAY));
            socket.set(SOL_SOCKET(), SO_KEEPALIVE(), settings.get(TcpKeys.KEEP_ALIVE));
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }
}
