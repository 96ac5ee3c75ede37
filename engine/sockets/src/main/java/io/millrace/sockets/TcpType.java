package io.millrace.sockets;

import io.millrace.spi.PortSettings;
import io.millrace.spi.Problems;
import io.millrace.spi.config.EndpointType;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Notation;
import io.millrace.spi.config.ScopedAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The port type {@code tcp}: connections that io_uring accepts or makes, receives from and sends to. */
public final class TcpType extends SocketType {
    /** For {@link java.util.ServiceLoader}. */
    public TcpType() {
        super(
                TcpKeys.BLOCK,
                new TcpPorts(),
                new SocketRules(TcpKeys.BIND, port -> port.get(TcpKeys.BIND).orElse(null), TcpKeys.REUSE_PORT),
                TcpKeys.BATCH);
    }

    @Override
    public String example() {
        return "type = tcp, bind = \"0.0.0.0:9000\"";
    }

    @Override
    public boolean hasStreams() {
        return true;
    }

    @Override
    void checkOwn(PortSettings port, Problems problems) {
        checkAddresses(port, problems);
        checkBuffers(port, problems);
        checkLimits(port, problems);
    }

    private static void checkAddresses(PortSettings port, Problems problems) {
        boolean binds = port.get(TcpKeys.BIND).isPresent();
        boolean connects = port.get(TcpKeys.CONNECT).isPresent();
        if (!binds && !connects) {
            problems.add(
                    port.line(),
                    "ports." + port.name() + " has neither bind nor connect; add bind = "
                            + "\"0.0.0.0:9000\" to accept connections, or connect = \"ADDR:PORT\" to make one");
        }
        if (binds && connects) {
            problems.add(port.line(), "ports." + port.name() + " has both bind and connect; keep one of them");
        }
        checkHost(port, TcpKeys.BIND, problems);
        checkHost(port, TcpKeys.CONNECT, problems);
    }

    private static void checkHost(PortSettings port, Key<Optional<InetSocketAddress>> key, Problems problems) {
        port.get(key)
                .filter(address -> address.getAddress().isMulticastAddress())
                .ifPresent(address -> problems.add(
                        port,
                        key,
                        "is " + EndpointType.text(address) + ", a multicast group; write the address of a host, "
                                + "or use type = udp"));
    }

    /** Messages that span buffers are put together in frames that are not used as buffers. */
    private static void checkBuffers(PortSettings port, Problems problems) {
        int frames = port.get(TcpKeys.FRAMES);
        int buffers = port.get(TcpKeys.BUFFERS);
        int most = frames - (frames + 3) / 4;
        if (buffers > most) {
            problems.add(
                    port,
                    TcpKeys.BUFFERS,
                    "is " + buffers + ", and leaves less than a quarter of " + frames
                            + " frames for messages that span buffers; set buffers to " + Integer.highestOneBit(most)
                            + " or less, or frames to "
                            + (buffers * 4 + 2) / 3 + " or more");
        }
    }

    private static void checkLimits(PortSettings port, Problems problems) {
        int low = port.get(TcpKeys.LOW_WATER);
        int high = port.get(TcpKeys.HIGH_WATER);
        if (low >= high) {
            problems.add(
                    port,
                    TcpKeys.LOW_WATER,
                    "is " + Notation.BYTES.write(low) + ", not less than high-water, " + Notation.BYTES.write(high)
                            + "; use less");
        }
        long least = port.get(TcpKeys.RECONNECT_MIN);
        long most = port.get(TcpKeys.RECONNECT_MAX);
        if (most < least) {
            String leastText = Notation.DURATION.write(least);
            problems.add(
                    port,
                    TcpKeys.RECONNECT_MAX,
                    "is " + Notation.DURATION.write(most) + ", less than reconnect-min, " + leastText + "; use "
                            + leastText + " or more");
        }
    }

    @Override
    public List<String> interfaceNames(PortSettings port) {
        return Stream.of(port.get(TcpKeys.BIND), port.get(TcpKeys.CONNECT))
                .flatMap(Optional::stream)
                .map(ScopedAddress::interfaceName)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
