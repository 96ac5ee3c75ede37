package io.millrace.engine.config;

import io.millrace.ring.HugePages;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Hint;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The keys of ports of type {@code af-xdp}. */
final class AfXdpKeys {
    private static final KeyTable TABLE = new KeyTable();
    private static final int LARGEST_RING = 1 << 20;

    static final ConfigKey<String> TYPE = TABLE.add(Section.AF_XDP, "type", new PortType(), null,
        "What kind of port it is.");
    static final ConfigKey<String> INTERFACE = TABLE.add(Section.AF_XDP, "interface", new InterfaceName(), null,
        "The network interface.");
    static final ConfigKey<QueueSelection> QUEUES = TABLE.add(Section.AF_XDP, "queues", new Queues(), "[0]",
        "The receive queues to open. Frames of other queues stay with the kernel.");
    static final ConfigKey<AttachMode> ATTACH = TABLE.add(Section.AF_XDP, "attach", new Choice<>(AttachMode.class),
        "auto", "Where the XDP program hooks in; `auto` tries the driver, then the kernel's generic path.");
    static final ConfigKey<CopyMode> COPY = TABLE.add(Section.AF_XDP, "copy", new Choice<>(CopyMode.class), "auto",
        "How frames get into the UMEM; `auto` is zero-copy where the driver can.");
    static final ConfigKey<Integer> FRAMES = TABLE.add(Section.AF_XDP, "frames",
        WholeNumber.between(2, 1 << 22, "frames"), "8192",
        "Frames in the UMEM, which all queues of the port share; at least `rings.fill` for each queue.");
    static final ConfigKey<Integer> FRAME_SIZE = TABLE.add(Section.AF_XDP, "frame-size", new EitherSize(2048, 4096),
        "2048", "Memory of a frame; some of it is headroom of the kernel's and the driver's.");
    static final ConfigKey<Boolean> MULTI_BUFFER = TABLE.add(Section.AF_XDP, "multi-buffer", new Switch(), "off",
        "Whether a frame may span several frames of the UMEM, as those of an MTU above some 3,400 do.");
    static final ConfigKey<Integer> BATCH = TABLE.add(Section.AF_XDP, "batch", WholeNumber.between(1, 4096, "frames"),
        "64", "The most frames taken from a queue in one go; at most `rings.rx` and, pipelined, `engine.ring-size`.");
    static final ConfigKey<HugePages> HUGE_PAGES = TABLE.add(Section.AF_XDP, "huge-pages",
        new Choice<>(HugePages.class), "auto",
        "Whether the UMEM is made of huge pages; `auto`: if the host has enough of them.");
    static final ConfigKey<List<Hint>> METADATA = TABLE.add(Section.AF_XDP, "metadata", new ChoiceList<>(Hint.class),
        "[]", "What to ask the driver of each frame; a stage reads it as the frame's own. Native mode only.");
    static final ConfigKey<List<AcceptRule>> ACCEPT = TABLE.add(Section.AF_XDP, "accept", new AcceptRules(), "[]",
        "Which frames the port takes; the rest stays with the kernel. `[]` takes all, SSH and ARP too.");

    static final ConfigKey<Integer> RX_RING = ring("rx", "2048", "Received frames that the engine has not taken yet.");
    static final ConfigKey<Integer> TX_RING = ring("tx", "2048", "Frames that wait for the kernel to send them.");
    static final ConfigKey<Integer> FILL_RING = ring("fill", "4096", "Empty frames that the kernel may receive into.");
    static final ConfigKey<Integer> COMPLETION_RING = ring("completion", "2048",
        "Sent frames that the engine has not taken back yet.");

    static final ConfigKey<InetSocketAddress> SOURCE = TABLE.add(Section.ENCAPSULATE, "source", Endpoint.HEADER, null,
        "The IP address and UDP port that the frames come from.");
    static final ConfigKey<InetSocketAddress> DESTINATION = TABLE.add(Section.ENCAPSULATE, "destination",
        Endpoint.HEADER, null, "The IP address and UDP port that the frames go to; of the same family as `source`.");
    static final ConfigKey<String> DESTINATION_MAC = TABLE.add(Section.ENCAPSULATE, "destination-mac",
        new MacAddress(), null, "The MAC address that the frames go to: the destination's, or its gateway's.");
    static final ConfigKey<Optional<String>> SOURCE_MAC = TABLE.add(Section.ENCAPSULATE, "source-mac",
        new OrWord<>("auto", new MacAddress()), "auto", "The MAC address that the frames come from; `auto` is the "
            + "interface's.");

    static final List<ConfigKey<?>> ALL = TABLE.keys();

    private AfXdpKeys() {
    }

    private static ConfigKey<Integer> ring(String name, String defaultText, String meaning) {
        return TABLE.add(Section.RINGS, name, WholeNumber.powerOfTwo(2, LARGEST_RING, "descriptors"), defaultText,
            meaning);
    }
}
