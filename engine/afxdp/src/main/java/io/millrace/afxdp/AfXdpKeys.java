package io.millrace.afxdp;

import io.millrace.ring.HugePages;
import io.millrace.spi.config.EndpointType;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.config.Settings;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Hint;
import io.millrace.xdp.TransmitOffload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The keys of ports of type {@code af-xdp}. */
final class AfXdpKeys {
    static final KeyBlock BLOCK = KeyBlock.named("af-xdp");

    private static final int LARGEST_RING = 1 << 20;
    /** The bytes that the kernel leaves free in front of each frame ({@code XDP_PACKET_HEADROOM}). */
    static final int KERNEL_HEADROOM = 256;
    /** The length of the smallest Ethernet frame, rounded up. */
    static final int LEAST_FRAME = 64;

    static final FrameSizes FRAME_SIZES = new FrameSizes(2048, 4096);

    private static final String KEEP = "keep";
    private static final int LEAST_ROOM = KERNEL_HEADROOM + LEAST_FRAME;

    static final Key<String> INTERFACE =
            BLOCK.required("interface", KeyTypes.interfaceName(), "The network interface.");
    static final Key<QueueSelection> QUEUES = BLOCK.key(
            "queues", new Queues(), "[0]", "The receive queues to open. Frames of other queues stay with the kernel.");
    static final Key<AttachMode> ATTACH = BLOCK.key(
            "attach",
            new AttachPoint(),
            "auto",
            "Where the XDP program is attached: `native` in the driver, `skb` in the kernel's generic "
                    + "path; `auto` tries them in this order.");
    static final Key<CopyMode> COPY = BLOCK.key(
            "copy",
            KeyTypes.choice(CopyMode.class),
            "auto",
            "How frames get into the UMEM; `auto` is zero-copy if the driver can do it.");
    static final Key<RequiredMode> REQUIRE = BLOCK.key(
            "require",
            KeyTypes.choice(RequiredMode.class),
            "none",
            "The least that the port needs to open: `native`, the program in the driver, or "
                    + "`zero-copy`, which includes it.");
    static final Key<Boolean> NEED_WAKEUP = BLOCK.key(
            "need-wakeup",
            KeyTypes.onOff(),
            "on",
            "Whether the kernel says when it has to be woken; with `off` it never asks, and the "
                    + "driver never rests.");
    static final Key<Integer> FRAMES = BLOCK.key(
            "frames",
            KeyTypes.wholeNumber(2, 1 << 22, "frames"),
            "8192",
            "Frames in the UMEM, which all queues of the port in one poller share; at least "
                    + "`rings.fill` for each queue.");
    static final Key<Integer> FRAME_SIZE = BLOCK.key(
            "frame-size",
            FRAME_SIZES,
            "2048",
            "Memory of a frame; 256 bytes of it are the kernel's headroom. With `chunks = unaligned` "
                    + "any size between the two is possible.");
    static final Key<Integer> HEADROOM = BLOCK.key(
            "headroom",
            KeyTypes.bytes(0, 4096 - LEAST_ROOM),
            "0",
            "Room in front of each frame for headers that stages prepend, beside the kernel's 256 bytes.");
    static final Key<Chunks> CHUNKS = BLOCK.key(
            "chunks",
            KeyTypes.choice(Chunks.class),
            "aligned",
            "How frames are placed in the UMEM; `unaligned` allows any `frame-size` and needs huge pages.");
    static final Key<Optional<String>> UMEM = BLOCK.key(
            "umem",
            KeyTypes.portName().or("own"),
            "own",
            "The UMEM that the port's frames live in: its own, or that of another `af-xdp` port, by "
                    + "name. Ports that share one forward frames to each other without a copy; `frames` has to "
                    + "be enough for the fill rings of all of them.");
    static final Key<Boolean> MULTI_BUFFER = BLOCK.key(
            "multi-buffer",
            KeyTypes.onOff(),
            "off",
            "Whether a frame may span several frames of the UMEM, which an MTU above some 3,400 needs.");
    static final Key<Integer> BATCH = BLOCK.key(
            "batch",
            KeyTypes.wholeNumber(1, 4096, "frames"),
            "64",
            "The most frames taken from a queue in one go; at most `rings.rx` and, pipelined, `engine.ring-size`.");
    static final Key<Boolean> EARLY_DROP = BLOCK.key(
            "early-drop",
            KeyTypes.onOff(),
            "on",
            "Whether the XDP program drops the frames of a queue whose RX ring is nearly full, until "
                    + "half of it is free. With `off` the kernel drops them when it is full, at a higher cost "
                    + "for each.");
    static final Key<HugePages> HUGE_PAGES = BLOCK.key(
            "huge-pages",
            KeyTypes.choice(HugePages.class),
            "auto",
            "Whether the UMEM is made of huge pages; `auto`: if the host has enough of them.");
    static final Key<List<Hint>> METADATA = BLOCK.key(
            "metadata",
            KeyTypes.choices(Hint.class),
            "[]",
            "What to ask the driver about each frame; stages read it from the frame. Native mode only.");
    static final Key<List<TransmitOffload>> TX_METADATA = BLOCK.key(
            "tx-metadata",
            KeyTypes.choices(TransmitOffload.class),
            "[]",
            "What stages may ask for frames that leave here: the time of sending, a checksum, or to "
                    + "be sent at a given time. The last needs a driver that can do it, and zero-copy mode.");
    static final Key<PartialChecksums> PARTIAL_CHECKSUMS = BLOCK.key(
            "partial-checksums",
            KeyTypes.choice(PartialChecksums.class),
            "auto",
            "What to do with UDP and TCP checksums that senders left to a network card, when the "
                    + "frames are forwarded by an `af-xdp` port; `auto` finishes them if there is no card in "
                    + "between, as on veth.");
    static final Key<List<AcceptRule>> ACCEPT = BLOCK.key(
            "accept",
            new AcceptRules(),
            "all",
            "Which frames the port takes; the rest stays with the kernel. `all`, or `[]`: every "
                    + "frame, including SSH and ARP; there is a warning if that is not written. Can be changed "
                    + "while the engine runs.");
    static final Key<OnLinkLoss> ON_LINK_LOSS = BLOCK.key(
            "on-link-loss",
            KeyTypes.choice(OnLinkLoss.class),
            "wait",
            "What to do when the interface goes down or is gone: wait for it or for another one of "
                    + "its name, or stop the engine in order, with exit code 1.");

    private static final KeyBlock RINGS = BLOCK.block("rings");
    static final Key<Integer> RX_RING = ring("rx", "2048", "Received frames that the engine has not taken yet.");
    static final Key<Integer> TX_RING = ring("tx", "2048", "Frames that wait for the kernel to send them.");
    static final Key<Integer> FILL_RING = ring("fill", "4096", "Empty frames that the kernel may receive into.");
    static final Key<Integer> COMPLETION_RING =
            ring("completion", "2048", "Sent frames that the engine has not taken back yet.");

    private static final KeyBlock BUSY_POLLING = BLOCK.block("busy-poll");
    static final Key<Boolean> BUSY_POLL = BUSY_POLLING.key(
            "mode",
            KeyTypes.onOff(),
            "off",
            "Whether the poller itself runs the driver's receive in each duty cycle, instead of interrupts.");
    static final Key<Long> BUSY_POLL_TIME = BUSY_POLLING.key(
            "time", KeyTypes.duration(KeyTypes.US, KeyTypes.SECOND), "20us", "`SO_BUSY_POLL`; in whole microseconds.");
    static final Key<Integer> BUSY_POLL_BUDGET = BUSY_POLLING.key(
            "budget",
            KeyTypes.wholeNumber(1, 0xffff, "frames"),
            "64",
            "`SO_BUSY_POLL_BUDGET`: the most frames that one run of the driver takes.");
    static final Key<Optional<Integer>> DEFER_HARD_IRQS = BUSY_POLLING.key(
            "defer-hard-irqs",
            KeyTypes.wholeNumber(0, 1 << 20, "").or(KEEP),
            KEEP,
            "`napi_defer_hard_irqs` of the interface while the port is open: how often an interrupt "
                    + "is deferred; 2 is usual. The old value is put back at the end.");
    static final Key<Optional<Long>> GRO_FLUSH_TIMEOUT = BUSY_POLLING.key(
            "gro-flush-timeout",
            KeyTypes.duration(0, KeyTypes.SECOND).or(KEEP),
            KEEP,
            "`gro_flush_timeout` of the interface while the port is open: for how long an interrupt "
                    + "is deferred; 200us is usual. The old value is put back at the end.");

    private static final KeyBlock ENCAPSULATION = KeyBlock.named("encapsulate");
    static final Key<InetSocketAddress> SOURCE = ENCAPSULATION.required(
            "source", EndpointType.HEADER, "The IP address and UDP port that the frames come from.");
    static final Key<InetSocketAddress> DESTINATION = ENCAPSULATION.required(
            "destination",
            EndpointType.HEADER,
            "The IP address and UDP port that the frames go to; of the same family as `source`.");
    static final Key<String> DESTINATION_MAC = ENCAPSULATION.required(
            "destination-mac",
            KeyTypes.macAddress(),
            "The MAC address that the frames go to: the destination's, or its gateway's.");
    static final Key<Optional<String>> SOURCE_MAC = ENCAPSULATION.key(
            "source-mac",
            KeyTypes.macAddress().or("auto"),
            "auto",
            "The MAC address that the frames come from; `auto` is the interface's.");

    /** The headers that frames of other types of ports get when they leave by this port. */
    static final Key<Optional<Settings>> ENCAPSULATE = BLOCK.optional(ENCAPSULATION);

    /** The keys of the UMEM itself, which only the port that owns it may set. */
    static final List<Key<?>> MEMORY = List.of(FRAMES, FRAME_SIZE, HEADROOM, CHUNKS, MULTI_BUFFER, HUGE_PAGES);

    /** Whether a port over the UMEM needs room for metadata in front of each frame. */
    static final Key<Boolean> METADATA_ROOM = Key.derived("metadata-room", false);

    private AfXdpKeys() {}

    private static Key<Integer> ring(String name, String defaultText, String meaning) {
        return RINGS.key(name, KeyTypes.powerOfTwo(2, LARGEST_RING, "descriptors"), defaultText, meaning);
    }
}
