package io.millrace.core.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A port of type {@code tcp}: connections that io_uring accepts or makes, receives from and sends to. Sizes are in
 * bytes. Exactly one of {@code bind} and {@code connect} is not null.
 *
 * @param bind             numeric address and port to accept connections at; with port 0 the kernel chooses one
 * @param connect          numeric address and port to connect to
 * @param frames           frames in the port's memory
 * @param frameSize        memory of a frame, a power of two
 * @param batch            the most frames taken in one go
 * @param buffers          frames in the ring of provided buffers, a power of two, at most three quarters of
 *                         {@code frames}
 * @param connections      the most connections at the same time
 * @param backlog          connections that wait to be accepted
 * @param receiveBuffer    SO_RCVBUF of a connection, 0 for the kernel's own
 * @param sendBuffer       SO_SNDBUF of a connection, 0 for the kernel's own
 * @param noDelay          TCP_NODELAY
 * @param keepAlive        SO_KEEPALIVE
 * @param connectTimeoutNs how long an attempt to connect may take, in nanoseconds
 * @param idleTimeoutNs    how long a connection may be without traffic, in nanoseconds; 0 for ever
 * @param writeTimeoutNs   how long a peer may not read, in nanoseconds; 0 for ever
 * @param waitTimeoutNs    how long a connection may not be read because where its frames go takes none, in nanoseconds;
 * 0
 *                         for ever
 * @param reconnectMinNs   the first wait before another attempt to connect, in nanoseconds
 * @param reconnectMaxNs   what this wait grows to, in nanoseconds, not less than {@code reconnectMinNs}
 * @param highWater        a connection with so much queued takes no more
 * @param lowWater         it takes frames again at so much; less than {@code highWater}
 * @param zeroCopyAbove    frames longer than that are sent without a copy; {@link Integer#MAX_VALUE} for none
 * @param bundles          whether one receive may fill several frames
 * @param reusePort        SO_REUSEPORT
 * @param busyPollNs       SO_BUSY_POLL in nanoseconds, 0 is off
 * @param lines            where the port was configured
 */
public record TcpSettings(
        String name,
        InetSocketAddress bind,
        InetSocketAddress connect,
        int frames,
        int frameSize,
        int batch,
        int buffers,
        int connections,
        int backlog,
        int receiveBuffer,
        int sendBuffer,
        boolean noDelay,
        boolean keepAlive,
        long connectTimeoutNs,
        long idleTimeoutNs,
        long writeTimeoutNs,
        long waitTimeoutNs,
        long reconnectMinNs,
        long reconnectMaxNs,
        int highWater,
        int lowWater,
        int zeroCopyAbove,
        Bundles bundles,
        boolean reusePort,
        long busyPollNs,
        SourceLines lines)
        implements PortSettings {
    /** The {@code type} of these ports. */
    public static final String TYPE = "tcp";

    @Override
    public List<String> interfaceNames() {
        return Stream.of(Optional.ofNullable(bind), Optional.ofNullable(connect))
                .flatMap(Optional::stream)
                .map(ScopedAddress::interfaceName)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** The same with fewer of everything, and with copies only: for connections that the engine has with itself. */
    public TcpSettings withSizes(int newFrames, int newBuffers, int newConnections) {
        return new TcpSettings(
                name,
                bind,
                connect,
                newFrames,
                frameSize,
                batch,
                newBuffers,
                newConnections,
                backlog,
                receiveBuffer,
                sendBuffer,
                noDelay,
                keepAlive,
                connectTimeoutNs,
                idleTimeoutNs,
                writeTimeoutNs,
                waitTimeoutNs,
                reconnectMinNs,
                reconnectMaxNs,
                highWater,
                lowWater,
                Integer.MAX_VALUE,
                bundles,
                reusePort,
                busyPollNs,
                lines);
    }
}
