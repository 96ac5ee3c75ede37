package io.millrace.sockets;

import io.millrace.spi.config.AddressType;
import io.millrace.spi.config.EndpointType;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The keys of ports of type {@code udp}. */
final class UdpKeys {
    static final KeyBlock BLOCK = KeyBlock.named("udp");

    static final Key<InetSocketAddress> BIND = BLOCK.required(
            "bind",
            EndpointType.LOCAL,
            "The address and port that datagrams come to; `*` is `0.0.0.0`, `[::]` is all of IPv6 without"
                    + " IPv4, and with port 0 the kernel chooses one.");
    static final Key<Optional<InetSocketAddress>> REMOTE = BLOCK.key(
            "remote",
            EndpointType.PEER.or("none"),
            "none",
            "Where frames of other ports go, and frames that are not answers to their sender; of the "
                    + "same family as `bind`.");
    static final Key<Integer> FRAMES = BLOCK.key(
            "frames",
            KeyTypes.wholeNumber(2, 1 << 22, "frames"),
            "4096",
            "Frames in the port's memory; at least `buffers`.");
    static final Key<Integer> FRAME_SIZE = BLOCK.key(
            "frame-size",
            KeyTypes.bytesPowerOfTwo(2 * KeyTypes.KIB, KeyTypes.MIB),
            "2KiB",
            "Memory of a frame; some of it holds the datagram's addresses. A longer datagram is dropped and counted.");
    static final Key<Integer> BATCH = SocketKeys.batch(BLOCK);
    static final Key<Integer> BUFFERS = SocketKeys.buffers(BLOCK);
    static final Key<Integer> SENDS = BLOCK.key(
            "sends",
            KeyTypes.wholeNumber(1, 32768, "frames"),
            "1024",
            "The most frames that the kernel is sending at the same time.");
    static final Key<Integer> RECEIVE_BUFFER = BLOCK.key(
            "receive-buffer",
            KeyTypes.bytes(0, KeyTypes.GIB),
            "4MiB",
            "The socket's receive buffer (SO_RCVBUF); 0 keeps the kernel's default.");
    static final Key<Integer> SEND_BUFFER = BLOCK.key(
            "send-buffer",
            KeyTypes.bytes(0, KeyTypes.GIB),
            "4MiB",
            "The socket's send buffer (SO_SNDBUF); 0 keeps the kernel's default.");
    static final Key<Boolean> GRO = BLOCK.key(
            "gro",
            KeyTypes.onOff(),
            "off",
            "Whether the kernel may hand over several datagrams of a sender at once; needs a `frame-size` of 128KiB.");
    static final Key<Boolean> GSO = BLOCK.key(
            "gso",
            KeyTypes.onOff(),
            "off",
            "Whether datagrams of the same length to the same receiver go to the kernel at once.");
    static final Key<Optional<Integer>> ZERO_COPY_ABOVE = SocketKeys.zeroCopyAbove(BLOCK);
    static final Key<Boolean> TIMESTAMPS =
            BLOCK.key("timestamps", KeyTypes.onOff(), "off", "Whether frames tell when the kernel received them.");
    static final Key<LocalAddress> LOCAL_ADDRESS = BLOCK.key(
            "local-address",
            KeyTypes.choice(LocalAddress.class),
            "auto",
            "Whether frames tell the address that they were sent to; `auto`: if `bind` is a wildcard.");
    static final Key<Boolean> REUSE_PORT = BLOCK.key(
            "reuse-port",
            KeyTypes.onOff(),
            "off",
            "Whether other sockets may bind to the same address (SO_REUSEPORT); the kernel spreads senders over them.");
    static final Key<Long> BUSY_POLL = SocketKeys.busyPoll(BLOCK);
    static final Key<Integer> MULTICAST_TTL = BLOCK.key(
            "multicast-ttl",
            KeyTypes.wholeNumber(0, 255, "hops"),
            "1",
            "The TTL of datagrams to a group: they pass one router less than that at most.");
    static final Key<Boolean> MULTICAST_LOOP = BLOCK.key(
            "multicast-loop",
            KeyTypes.onOff(),
            "off",
            "Whether this host's own members of a group get the datagrams that the port sends to it.");

    private static final KeyBlock GROUPS = KeyBlock.named("multicast");
    static final Key<InetAddress> GROUP = GROUPS.required(
            "group",
            AddressType.GROUP,
            "The group to join; of the same family as `bind`, which must be a wildcard or the group.");
    static final Key<String> GROUP_INTERFACE =
            GROUPS.required("interface", KeyTypes.interfaceName(), "The network interface on which to join it.");
    static final Key<Optional<InetAddress>> GROUP_SOURCE = GROUPS.key(
            "source",
            AddressType.SENDER.or("none"),
            "none",
            "The only sender to listen to (source-specific multicast).");

    /** The groups that the port joins. */
    static final Key<List<Settings>> MULTICAST =
            BLOCK.list(GROUPS, "group", "{ group = \"239.1.1.1\", interface = eth1 }");

    private UdpKeys() {}
}
