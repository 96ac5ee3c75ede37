package io.millrace.sockets;

import io.millrace.spi.config.EndpointType;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The keys of ports of type {@code tcp}. */
final class TcpKeys {
    static final KeyBlock BLOCK = KeyBlock.named("tcp");

    static final Key<Optional<InetSocketAddress>> BIND = BLOCK.key(
            "bind",
            EndpointType.LOCAL.or("none"),
            "none",
            "The address and port to accept connections at; `*` is `0.0.0.0`, `[::]` is all of IPv6 without"
                    + " IPv4, and with port 0 the kernel chooses one.");
    static final Key<Optional<InetSocketAddress>> CONNECT = BLOCK.key(
            "connect",
            EndpointType.PEER.or("none"),
            "none",
            "The address and port to connect to. Exactly one of `bind` and `connect` must be set.");
    static final Key<Integer> FRAMES = BLOCK.key(
            "frames",
            KeyTypes.wholeNumber(4, 1 << 22, "frames"),
            "4096",
            "Frames in the port's memory; at least a quarter of them must be left beside `buffers`.");
    static final Key<Integer> FRAME_SIZE = BLOCK.key(
            "frame-size", KeyTypes.bytesPowerOfTwo(2 * KeyTypes.KIB, KeyTypes.MIB), "16KiB", "Memory of a frame.");
    static final Key<Integer> BATCH = SocketKeys.batch(BLOCK);
    static final Key<Integer> BUFFERS = SocketKeys.buffers(BLOCK);
    static final Key<Integer> CONNECTIONS = BLOCK.key(
            "connections",
            KeyTypes.wholeNumber(1, 1 << 20, "connections"),
            "1024",
            "The most connections at the same time; further ones are closed at once.");
    static final Key<Integer> BACKLOG = BLOCK.key(
            "backlog",
            KeyTypes.wholeNumber(1, 65535, "connections"),
            "1024",
            "Connections that wait to be accepted; the kernel allows `net.core.somaxconn` at most.");
    static final Key<Integer> RECEIVE_BUFFER = BLOCK.key(
            "receive-buffer",
            KeyTypes.bytes(0, KeyTypes.GIB),
            "0",
            "A connection's receive buffer (SO_RCVBUF); 0 lets the kernel size it.");
    static final Key<Integer> SEND_BUFFER = BLOCK.key(
            "send-buffer",
            KeyTypes.bytes(0, KeyTypes.GIB),
            "0",
            "A connection's send buffer (SO_SNDBUF); 0 lets the kernel size it.");
    static final Key<Boolean> NO_DELAY =
            BLOCK.key("no-delay", KeyTypes.onOff(), "on", "Whether short writes go out at once (TCP_NODELAY).");
    static final Key<Boolean> KEEP_ALIVE = BLOCK.key(
            "keep-alive", KeyTypes.onOff(), "off", "Whether the kernel probes idle connections (SO_KEEPALIVE).");
    static final Key<Long> CONNECT_TIMEOUT = BLOCK.key(
            "connect-timeout",
            KeyTypes.duration(KeyTypes.MS, KeyTypes.HOUR),
            "5s",
            "How long an attempt to connect may take.");
    static final Key<Long> IDLE_TIMEOUT = BLOCK.key(
            "idle-timeout",
            KeyTypes.duration(0, 24 * KeyTypes.HOUR),
            "0s",
            "A connection without traffic is closed after this time; 0 means never.");
    static final Key<Long> WRITE_TIMEOUT = BLOCK.key(
            "write-timeout",
            KeyTypes.duration(0, KeyTypes.HOUR),
            "10s",
            "A peer that does not read is dropped after this time; 0 means never.");
    static final Key<Long> WAIT_TIMEOUT = BLOCK.key(
            "wait-timeout",
            KeyTypes.duration(0, KeyTypes.HOUR),
            "30s",
            "A connection that is not read, because the connection that its frames go to takes "
                    + "nothing or does not exist, is closed after this time; 0 means never.");
    static final Key<Long> RECONNECT_MIN = BLOCK.key(
            "reconnect-min",
            KeyTypes.duration(KeyTypes.MS, KeyTypes.HOUR),
            "100ms",
            "How long the port waits after a connection was lost or refused before it tries again.");
    static final Key<Long> RECONNECT_MAX = BLOCK.key(
            "reconnect-max",
            KeyTypes.duration(KeyTypes.MS, KeyTypes.HOUR),
            "10s",
            "The longest such wait, when attempts fail repeatedly; at least `reconnect-min`.");
    static final Key<Integer> HIGH_WATER = BLOCK.key(
            "high-water",
            KeyTypes.bytes(1, KeyTypes.GIB),
            "1MiB",
            "A connection takes no more frames when this much waits to be sent.");
    static final Key<Integer> LOW_WATER = BLOCK.key(
            "low-water",
            KeyTypes.bytes(0, KeyTypes.GIB),
            "256KiB",
            "It takes frames again when only this much waits; less than `high-water`.");
    static final Key<Optional<Integer>> ZERO_COPY_ABOVE = SocketKeys.zeroCopyAbove(BLOCK);
    static final Key<Bundles> BUNDLES = BLOCK.key(
            "bundles",
            KeyTypes.choice(Bundles.class),
            "auto",
            "Whether one receive may fill several frames; `auto`: if the kernel can do it.");
    static final Key<Boolean> REUSE_PORT = BLOCK.key(
            "reuse-port",
            KeyTypes.onOff(),
            "off",
            "Whether other sockets may bind to the same address (SO_REUSEPORT); the kernel spreads connections"
                    + " over them.");
    static final Key<Long> BUSY_POLL = SocketKeys.busyPoll(BLOCK);

    private TcpKeys() {}
}
