package io.millrace.core.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The keys of ports of type {@code tcp}. */
final class TcpKeys {
    private static final KeyTable TABLE = new KeyTable();

    static final ConfigKey<String> TYPE =
            TABLE.add(Section.TCP, "type", new PortType(), null, "What kind of port it is.");
    static final ConfigKey<Optional<InetSocketAddress>> BIND = TABLE.add(
            Section.TCP,
            "bind",
            new OrWord<>("none", Endpoint.LOCAL),
            "none",
            "The address and port to accept connections at; `*` is `0.0.0.0`, `[::]` is all of IPv6 without"
                    + " IPv4, and with port 0 the kernel chooses one.");
    static final ConfigKey<Optional<InetSocketAddress>> CONNECT = TABLE.add(
            Section.TCP,
            "connect",
            new OrWord<>("none", Endpoint.PEER),
            "none",
            "The address and port to connect to. Exactly one of `bind` and `connect` must be set.");
    static final ConfigKey<Integer> FRAMES = TABLE.add(
            Section.TCP,
            "frames",
            WholeNumber.between(4, 1 << 22, "frames"),
            "4096",
            "Frames in the port's memory; a quarter of them or more must be left beyond `buffers`.");
    static final ConfigKey<Integer> FRAME_SIZE = TABLE.add(
            Section.TCP,
            "frame-size",
            ByteSize.powerOfTwo(2 * ByteSize.KIB, ByteSize.MIB),
            "16KiB",
            "Memory of a frame.");
    static final ConfigKey<Integer> BATCH = TABLE.add(
            Section.TCP,
            "batch",
            WholeNumber.between(1, 4096, "frames"),
            "64",
            "The most frames taken in one go; pipelined, at most `engine.ring-size`.");
    static final ConfigKey<Integer> BUFFERS = TABLE.add(
            Section.TCP,
            "buffers",
            WholeNumber.powerOfTwo(2, 32768, "frames"),
            "1024",
            "Empty frames that the kernel may receive into.");
    static final ConfigKey<Integer> CONNECTIONS = TABLE.add(
            Section.TCP,
            "connections",
            WholeNumber.between(1, 1 << 20, "connections"),
            "1024",
            "The most connections at the same time; further ones are closed at once.");
    static final ConfigKey<Integer> BACKLOG = TABLE.add(
            Section.TCP,
            "backlog",
            WholeNumber.between(1, 65535, "connections"),
            "1024",
            "Connections that wait to be accepted; the kernel allows `net.core.somaxconn` at most.");
    static final ConfigKey<Integer> RECEIVE_BUFFER = TABLE.add(
            Section.TCP,
            "receive-buffer",
            ByteSize.between(0, ByteSize.GIB),
            "0",
            "A connection's receive buffer (SO_RCVBUF); 0 lets the kernel size it.");
    static final ConfigKey<Integer> SEND_BUFFER = TABLE.add(
            Section.TCP,
            "send-buffer",
            ByteSize.between(0, ByteSize.GIB),
            "0",
            "A connection's send buffer (SO_SNDBUF); 0 lets the kernel size it.");
    static final ConfigKey<Boolean> NO_DELAY = TABLE.add(
            Section.TCP, "no-delay", new Switch(), "on", "Whether short writes go out at once (TCP_NODELAY).");
    static final ConfigKey<Boolean> KEEP_ALIVE = TABLE.add(
            Section.TCP,
            "keep-alive",
            new Switch(),
            "off",
            "Whether the kernel probes idle connections (SO_KEEPALIVE).");
    static final ConfigKey<Long> CONNECT_TIMEOUT = TABLE.add(
            Section.TCP,
            "connect-timeout",
            new Duration(Duration.MS, Duration.HOUR),
            "5s",
            "How long an attempt to connect may take.");
    static final ConfigKey<Long> IDLE_TIMEOUT = TABLE.add(
            Section.TCP,
            "idle-timeout",
            new Duration(0, 24 * Duration.HOUR),
            "0s",
            "A connection without traffic is closed after that; 0 is never.");
    static final ConfigKey<Long> WRITE_TIMEOUT = TABLE.add(
            Section.TCP,
            "write-timeout",
            new Duration(0, Duration.HOUR),
            "10s",
            "A peer that does not read is dropped after that; 0 is never.");
    static final ConfigKey<Long> WAIT_TIMEOUT = TABLE.add(
            Section.TCP,
            "wait-timeout",
            new Duration(0, Duration.HOUR),
            "30s",
            "A connection that is not read, because the connection that its frames go"
                    + " to takes nothing or is not there, is closed after that; 0 is never.");
    static final ConfigKey<Long> RECONNECT_MIN = TABLE.add(
            Section.TCP,
            "reconnect-min",
            new Duration(Duration.MS, Duration.HOUR),
            "100ms",
            "How long the port waits after a connection was lost or refused before it tries again.");
    static final ConfigKey<Long> RECONNECT_MAX = TABLE.add(
            Section.TCP,
            "reconnect-max",
            new Duration(Duration.MS, Duration.HOUR),
            "10s",
            "What this wait grows to when attempts fail; at least `reconnect-min`.");
    static final ConfigKey<Integer> HIGH_WATER = TABLE.add(
            Section.TCP,
            "high-water",
            ByteSize.between(1, ByteSize.GIB),
            "1MiB",
            "A connection takes no more frames when so much waits to be sent.");
    static final ConfigKey<Integer> LOW_WATER = TABLE.add(
            Section.TCP,
            "low-water",
            ByteSize.between(0, ByteSize.GIB),
            "256KiB",
            "It takes frames again at so much; less than `high-water`.");
    static final ConfigKey<Optional<Integer>> ZERO_COPY_ABOVE = TABLE.add(
            Section.TCP,
            "zero-copy-above",
            new OrWord<>("off", ByteSize.between(0, ByteSize.GIB)),
            "off",
            "Frames longer than that are sent without the kernel's copy.");
    static final ConfigKey<Bundles> BUNDLES = TABLE.add(
            Section.TCP,
            "bundles",
            new Choice<>(Bundles.class),
            "auto",
            "Whether one receive may fill several frames; `auto`: where the kernel can.");
    static final ConfigKey<Boolean> REUSE_PORT = TABLE.add(
            Section.TCP,
            "reuse-port",
            new Switch(),
            "off",
            "Whether other sockets may bind to the same address (SO_REUSEPORT); the kernel spreads connections"
                    + " over them.");
    static final ConfigKey<Long> BUSY_POLL = TABLE.add(
            Section.TCP,
            "busy-poll",
            new Duration(0, Duration.SECOND),
            "0s",
            "How long a read polls the network card's driver (SO_BUSY_POLL); 0 is off.");

    static final List<ConfigKey<?>> ALL = TABLE.keys();

    private TcpKeys() {}
}
