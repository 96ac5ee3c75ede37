package io.millrace.core.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The keys of ports of type {@code udp}. */
final class UdpKeys {
    private static final KeyTable TABLE = new KeyTable();

    static final ConfigKey<String> TYPE =
            TABLE.add(Section.UDP, "type", new PortType(), null, "What kind of port it is.");
    static final ConfigKey<InetSocketAddress> BIND = TABLE.add(
            Section.UDP,
            "bind",
            Endpoint.LOCAL,
            null,
            "The address and port that datagrams come to; `*` is `0.0.0.0`, `[::]` is all of IPv6 without"
                    + " IPv4, and with port 0 the kernel chooses one.");
    static final ConfigKey<Optional<InetSocketAddress>> REMOTE = TABLE.add(
            Section.UDP,
            "remote",
            new OrWord<>("none", Endpoint.PEER),
            "none",
            "Where frames go that are no answer to their sender, those of other ports; of the same family as `bind`.");
    static final ConfigKey<Integer> FRAMES = TABLE.add(
            Section.UDP,
            "frames",
            WholeNumber.between(2, 1 << 22, "frames"),
            "4096",
            "Frames in the port's memory; at least `buffers`.");
    static final ConfigKey<Integer> FRAME_SIZE = TABLE.add(
            Section.UDP,
            "frame-size",
            ByteSize.powerOfTwo(2 * ByteSize.KIB, ByteSize.MIB),
            "2KiB",
            "Memory of a frame; some of it holds the datagram's addresses. A longer datagram is dropped and counted.");
    static final ConfigKey<Integer> BATCH = TABLE.add(
            Section.UDP,
            "batch",
            WholeNumber.between(1, 4096, "frames"),
            "64",
            "The most frames taken in one go; pipelined, at most `engine.ring-size`.");
    static final ConfigKey<Integer> BUFFERS = TABLE.add(
            Section.UDP,
            "buffers",
            WholeNumber.powerOfTwo(2, 32768, "frames"),
            "1024",
            "Empty frames that the kernel may receive into.");
    static final ConfigKey<Integer> SENDS = TABLE.add(
            Section.UDP,
            "sends",
            WholeNumber.between(1, 32768, "frames"),
            "1024",
            "The most frames that the kernel is sending at the same time.");
    static final ConfigKey<Integer> RECEIVE_BUFFER = TABLE.add(
            Section.UDP,
            "receive-buffer",
            ByteSize.between(0, ByteSize.GIB),
            "4MiB",
            "The socket's receive buffer (SO_RCVBUF); 0 leaves the kernel's.");
    static final ConfigKey<Integer> SEND_BUFFER = TABLE.add(
            Section.UDP,
            "send-buffer",
            ByteSize.between(0, ByteSize.GIB),
            "4MiB",
            "The socket's send buffer (SO_SNDBUF); 0 leaves the kernel's.");
    static final ConfigKey<Boolean> GRO = TABLE.add(
            Section.UDP,
            "gro",
            new Switch(),
            "off",
            "Whether the kernel may hand over several datagrams of a sender at once; needs a `frame-size` of 128KiB.");
    static final ConfigKey<Boolean> GSO = TABLE.add(
            Section.UDP,
            "gso",
            new Switch(),
            "off",
            "Whether datagrams of the same length to the same receiver go to the kernel at once.");
    static final ConfigKey<Optional<Integer>> ZERO_COPY_ABOVE = TABLE.add(
            Section.UDP,
            "zero-copy-above",
            new OrWord<>("off", ByteSize.between(0, ByteSize.GIB)),
            "off",
            "Frames longer than that are sent without the kernel's copy.");
    static final ConfigKey<Boolean> TIMESTAMPS = TABLE.add(
            Section.UDP, "timestamps", new Switch(), "off", "Whether frames tell when the kernel received them.");
    static final ConfigKey<LocalAddress> LOCAL_ADDRESS = TABLE.add(
            Section.UDP,
            "local-address",
            new Choice<>(LocalAddress.class),
            "auto",
            "Whether frames tell the address that they were sent to; `auto`: if `bind` is a wildcard.");
    static final ConfigKey<Boolean> REUSE_PORT = TABLE.add(
            Section.UDP,
            "reuse-port",
            new Switch(),
            "off",
            "Whether other sockets may bind to the same address (SO_REUSEPORT); the kernel spreads senders over them.");
    static final ConfigKey<Long> BUSY_POLL = TABLE.add(
            Section.UDP,
            "busy-poll",
            new Duration(0, Duration.SECOND),
            "0s",
            "How long a read polls the network card's driver (SO_BUSY_POLL); 0 is off.");
    static final ConfigKey<Integer> MULTICAST_TTL = TABLE.add(
            Section.UDP,
            "multicast-ttl",
            WholeNumber.between(0, 255, "hops"),
            "1",
            "How many routers datagrams to a group pass at most, and one.");
    static final ConfigKey<Boolean> MULTICAST_LOOP = TABLE.add(
            Section.UDP,
            "multicast-loop",
            new Switch(),
            "off",
            "Whether this host's own members of a group get the datagrams that the port sends to it.");

    static final ConfigKey<InetAddress> GROUP = TABLE.add(
            Section.MULTICAST,
            "group",
            HostAddress.GROUP,
            null,
            "The group to join; of the same family as `bind`, which must be a wildcard or the group.");
    static final ConfigKey<String> GROUP_INTERFACE = TABLE.add(
            Section.MULTICAST, "interface", new InterfaceName(), null, "The network interface to join it on.");
    static final ConfigKey<Optional<InetAddress>> GROUP_SOURCE = TABLE.add(
            Section.MULTICAST,
            "source",
            new OrWord<>("none", HostAddress.SENDER),
            "none",
            "The only sender to listen to (source-specific multicast).");

    static final List<ConfigKey<?>> ALL = TABLE.keys();

    private UdpKeys() {}
}
