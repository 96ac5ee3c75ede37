package io.millrace.core.config;

import io.millrace.ring.HugePages;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Hint;
import io.millrace.xdp.TransmitOffload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The keys of ports of type {@code af-xdp}. */
final class AfXdpKeys {
    private static final KeyTable TABLE = new KeyTable();
    private static final int LARGEST_RING = 1 << 20;
    /** What the kernel leaves in front of each frame ({@code XDP_PACKET_HEADROOM}). */
    static final int KERNEL_HEADROOM = 256;
    /** The smallest Ethernet frame, rounded up. */
    static final int LEAST_FRAME = 64;

    static final FrameSizes FRAME_SIZES = new FrameSizes(2048, 4096);

    private static final String KEEP = "keep";
    private static final int LEAST_ROOM = KERNEL_HEADROOM + LEAST_FRAME;

    static final ConfigKey<String> TYPE =
            TABLE.add(Section.AF_XDP, "type", new PortType(), null, "What kind of port it is.");
    static final ConfigKey<String> INTERFACE =
            TABLE.add(Section.AF_XDP, "interface", new InterfaceName(), null, "The network interface.");
    static final ConfigKey<QueueSelection> QUEUES = TABLE.add(
            Section.AF_XDP,
            "queues",
            new Queues(),
            "[0]",
            "The receive queues to open. Frames of other queues stay with the kernel.");
    static final ConfigKey<AttachMode> ATTACH = TABLE.add(
            Section.AF_XDP,
            "attach",
            new AttachPoint(),
            "auto",
            "Where the XDP program hooks in; `auto` tries the driver, then the kernel's generic path.");
    static final ConfigKey<CopyMode> COPY = TABLE.add(
            Section.AF_XDP,
            "copy",
            new Choice<>(CopyMode.class),
            "auto",
            "How frames get into the UMEM; `auto` is zero-copy where the driver can.");
    static final ConfigKey<RequiredMode> REQUIRE = TABLE.add(
            Section.AF_XDP,
            "require",
            new Choice<>(RequiredMode.class),
            "none",
            "The least that the port must get, or it does not open: the program in the driver, or zero-copy too.");
    static final ConfigKey<Boolean> NEED_WAKEUP = TABLE.add(
            Section.AF_XDP,
            "need-wakeup",
            new Switch(),
            "on",
            "Whether the kernel says when it wants to be woken; `off`: it never asks, and the driver never rests.");
    static final ConfigKey<Integer> FRAMES = TABLE.add(
            Section.AF_XDP,
            "frames",
            WholeNumber.between(2, 1 << 22, "frames"),
            "8192",
            "Frames in the UMEM, which all queues of the port share that a poller has; at least `rings.fill`"
                    + " for each.");
    static final ConfigKey<Integer> FRAME_SIZE = TABLE.add(
            Section.AF_XDP,
            "frame-size",
            FRAME_SIZES,
            "2048",
            "Memory of a frame; 256 bytes of it are the kernel's headroom. With `chunks = unaligned` any size"
                    + " between too.");
    static final ConfigKey<Integer> HEADROOM = TABLE.add(
            Section.AF_XDP,
            "headroom",
            ByteSize.between(0, 4096 - LEAST_ROOM),
            "0",
            "Room in front of each frame for headers that stages prepend, beside the kernel's 256 bytes.");
    static final ConfigKey<Chunks> CHUNKS = TABLE.add(
            Section.AF_XDP,
            "chunks",
            new Choice<>(Chunks.class),
            "aligned",
            "How frames lie in the UMEM; `unaligned` allows any `frame-size` and takes huge pages.");
    static final ConfigKey<Optional<String>> UMEM = TABLE.add(
            Section.AF_XDP,
            "umem",
            new OrWord<>("own", new PortName()),
            "own",
            "Whose UMEM the port's frames live in: its own, or that of another `af-xdp` port, by name. Ports that"
                    + " share one "
                    + "forward frames to each other without a copy; `frames` has to do for the fill rings of all"
                    + " of them.");
    static final ConfigKey<Boolean> MULTI_BUFFER = TABLE.add(
            Section.AF_XDP,
            "multi-buffer",
            new Switch(),
            "off",
            "Whether a frame may span several frames of the UMEM, as those of an MTU above some 3,400 do.");
    static final ConfigKey<Integer> BATCH = TABLE.add(
            Section.AF_XDP,
            "batch",
            WholeNumber.between(1, 4096, "frames"),
            "64",
            "The most frames taken from a queue in one go; at most `rings.rx` and, pipelined, `engine.ring-size`.");
    static final ConfigKey<Boolean> EARLY_DROP = TABLE.add(
            Section.AF_XDP,
            "early-drop",
            new Switch(),
            "on",
            "Whether the XDP program drops the frames of a queue whose RX ring is nearly full, until half of it"
                    + " is free;"
                    + " `off`: the kernel does when it is full, one by one and dearly.");
    static final ConfigKey<HugePages> HUGE_PAGES = TABLE.add(
            Section.AF_XDP,
            "huge-pages",
            new Choice<>(HugePages.class),
            "auto",
            "Whether the UMEM is made of huge pages; `auto`: if the host has enough of them.");
    static final ConfigKey<List<Hint>> METADATA = TABLE.add(
            Section.AF_XDP,
            "metadata",
            new ChoiceList<>(Hint.class),
            "[]",
            "What to ask the driver of each frame; a stage reads it as the frame's own. Native mode only.");
    static final ConfigKey<List<TransmitOffload>> TX_METADATA = TABLE.add(
            Section.AF_XDP,
            "tx-metadata",
            new ChoiceList<>(TransmitOffload.class),
            "[]",
            "What stages may ask for frames that leave here: to be told when"
                    + " they were sent, a checksum, to be sent at a point of time. The last takes a driver that"
                    + " can, and"
                    + " zero-copy mode.");
    static final ConfigKey<PartialChecksums> PARTIAL_CHECKSUMS = TABLE.add(
            Section.AF_XDP,
            "partial-checksums",
            new Choice<>(PartialChecksums.class),
            "auto",
            "What becomes of UDP and TCP checksums that the senders of frames"
                    + " left to a network card when these are forwarded by an `af-xdp` port; `auto` finishes them"
                    + " where no card"
                    + " is in between, as on veth.");
    static final ConfigKey<List<AcceptRule>> ACCEPT = TABLE.add(
            Section.AF_XDP,
            "accept",
            new AcceptRules(),
            "all",
            "Which frames the port takes; the rest stays with the kernel. `all`, or `[]`: every frame, SSH and ARP too;"
                    + " that is warned of unless it is written. Can be changed while the engine runs.");
    static final ConfigKey<OnLinkLoss> ON_LINK_LOSS = TABLE.add(
            Section.AF_XDP,
            "on-link-loss",
            new Choice<>(OnLinkLoss.class),
            "wait",
            "When the interface goes down or is gone: wait for it or for another one of its name, or stop the engine in"
                    + " order, with exit code 1.");

    static final ConfigKey<Integer> RX_RING = ring("rx", "2048", "Received frames that the engine has not taken yet.");
    static final ConfigKey<Integer> TX_RING = ring("tx", "2048", "Frames that wait for the kernel to send them.");
    static final ConfigKey<Integer> FILL_RING = ring("fill", "4096", "Empty frames that the kernel may receive into.");
    static final ConfigKey<Integer> COMPLETION_RING =
            ring("completion", "2048", "Sent frames that the engine has not taken back yet.");

    static final ConfigKey<Boolean> BUSY_POLL = TABLE.add(
            Section.BUSY_POLL,
            "mode",
            new Switch(),
            "off",
            "Whether the poller runs the driver's receive itself, in each of its turns, in place of interrupts.");
    static final ConfigKey<Long> BUSY_POLL_TIME = TABLE.add(
            Section.BUSY_POLL,
            "time",
            new Duration(Duration.US, Duration.SECOND),
            "20us",
            "`SO_BUSY_POLL`; in whole microseconds.");
    static final ConfigKey<Integer> BUSY_POLL_BUDGET = TABLE.add(
            Section.BUSY_POLL,
            "budget",
            WholeNumber.between(1, 0xffff, "frames"),
            "64",
            "`SO_BUSY_POLL_BUDGET`: the most frames that one turn of the driver takes.");
    static final ConfigKey<Optional<Integer>> DEFER_HARD_IRQS = TABLE.add(
            Section.BUSY_POLL,
            "defer-hard-irqs",
            new OrWord<>(KEEP, WholeNumber.between(0, 1 << 20, "")),
            KEEP,
            "`napi_defer_hard_irqs` of the interface while"
                    + " the port is open: how often an interrupt is put off; 2 is usual. It is put back at the end.");
    static final ConfigKey<Optional<Long>> GRO_FLUSH_TIMEOUT = TABLE.add(
            Section.BUSY_POLL,
            "gro-flush-timeout",
            new OrWord<>(KEEP, new Duration(0, Duration.SECOND)),
            KEEP,
            "`gro_flush_timeout` of the interface while the"
                    + " port is open: for how long it is put off; 200us is usual. It is put back at the end.");

    static final ConfigKey<InetSocketAddress> SOURCE = TABLE.add(
            Section.ENCAPSULATE,
            "source",
            Endpoint.HEADER,
            null,
            "The IP address and UDP port that the frames come from.");
    static final ConfigKey<InetSocketAddress> DESTINATION = TABLE.add(
            Section.ENCAPSULATE,
            "destination",
            Endpoint.HEADER,
            null,
            "The IP address and UDP port that the frames go to; of the same family as `source`.");
    static final ConfigKey<String> DESTINATION_MAC = TABLE.add(
            Section.ENCAPSULATE,
            "destination-mac",
            new MacAddress(),
            null,
            "The MAC address that the frames go to: the destination's, or its gateway's.");
    static final ConfigKey<Optional<String>> SOURCE_MAC = TABLE.add(
            Section.ENCAPSULATE,
            "source-mac",
            new OrWord<>("auto", new MacAddress()),
            "auto",
            "The MAC address that the frames come from; `auto` is the " + "interface's.");

    static final List<ConfigKey<?>> ALL = TABLE.keys();

    private AfXdpKeys() {}

    private static ConfigKey<Integer> ring(String name, String defaultText, String meaning) {
        return TABLE.add(
                Section.RINGS, name, WholeNumber.powerOfTwo(2, LARGEST_RING, "descriptors"), defaultText, meaning);
    }
}
