package io.millrace.engine.config;

import io.millrace.ring.HugePages;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Every key of the config with its default: what reading, rendering and the reference go by. */
final class ConfigKeys {
    private static final List<ConfigKey<?>> TABLE = new ArrayList<>();
    private static final long MS = 1_000_000L;
    private static final long MINUTE = 60_000 * MS;
    /** {@code CPU_SETSIZE} of sched_setaffinity. */
    private static final int LAST_CPU = 1023;
    private static final int LARGEST_RING = 1 << 20;

    static final ConfigKey<Mode> MODE = key(Section.ENGINE, "mode", new Choice<>(Mode.class), "pipelined",
        "`pipelined`: each stage on its own thread; `inline`: run to completion in the poller.");
    static final ConfigKey<Integer> RING_SIZE = key(Section.ENGINE, "ring-size",
        WholeNumber.powerOfTwo(2, 1 << 22, "slots"), "16384",
        "Slots of the Disruptor between poller and stages. Pipelined mode only.");
    static final ConfigKey<WaitKind> WAIT_STRATEGY = key(Section.ENGINE, "wait-strategy", new Choice<>(WaitKind.class),
        "yielding", "How a stage thread waits for frames. Pipelined mode only.");
    static final ConfigKey<IdleKind> IDLE = key(Section.ENGINE, "idle", new Choice<>(IdleKind.class), "backoff",
        "What the poller does without work; `wait` sleeps in the kernel until there is some.");
    static final ConfigKey<OnError> ON_ERROR = key(Section.ENGINE, "on-error", new Choice<>(OnError.class), "continue",
        "After a stage threw: go on, or end in order. The frame is dropped and counted either way.");
    static final ConfigKey<Long> DRAIN_TIMEOUT = key(Section.ENGINE, "drain-timeout", new Duration(MS, 10 * MINUTE),
        "5s", "How long a stop waits for frames that are still on their way.");

    static final ConfigKey<OptionalInt> POLLER_CPU = key(Section.CPUS, "poller", new OptionalCpu(LAST_CPU), "none",
        "The CPU that the poller is pinned to.");
    static final ConfigKey<List<Integer>> STAGE_CPUS = key(Section.CPUS, "stages", new CpuList(LAST_CPU), "[]",
        "The CPUs of the stage threads in pipeline order, from the first again if there are more stages.");

    static final ConfigKey<Integer> LEASES_MAX = key(Section.LEASES, "max",
        WholeNumber.between(0, 1 << 20, "frames"), "256", "How many frames stages may keep at the same time.");
    static final ConfigKey<Boolean> LEASES_TRACK = key(Section.LEASES, "track", new Switch(), "off",
        "Whether a leaked lease is reported with the place it was taken at; costs a stack trace a lease.");

    static final ConfigKey<String> PORT_TYPE = key(Section.AF_XDP, "type", new PortType(), null,
        "What kind of port it is.");
    static final ConfigKey<String> INTERFACE = key(Section.AF_XDP, "interface", new InterfaceName(), null,
        "The network interface.");
    static final ConfigKey<QueueSelection> QUEUES = key(Section.AF_XDP, "queues", new Queues(), "[0]",
        "The receive queues to open. Frames of other queues stay with the kernel.");
    static final ConfigKey<AttachMode> ATTACH = key(Section.AF_XDP, "attach", new Choice<>(AttachMode.class), "auto",
        "Where the XDP program hooks in; `auto` tries the driver, then the kernel's generic path.");
    static final ConfigKey<CopyMode> COPY = key(Section.AF_XDP, "copy", new Choice<>(CopyMode.class), "auto",
        "How frames get into the UMEM; `auto` is zero-copy where the driver can.");
    static final ConfigKey<Integer> FRAMES = key(Section.AF_XDP, "frames",
        WholeNumber.between(2, 1 << 22, "frames"), "8192",
        "Frames in the UMEM, which all queues of the port share; at least `rings.fill` for each queue.");
    static final ConfigKey<Integer> FRAME_SIZE = key(Section.AF_XDP, "frame-size", new ByteSize(2048, 4096), "2048",
        "Memory of a frame; some of it is headroom of the kernel's and the driver's.");
    static final ConfigKey<Integer> BATCH = key(Section.AF_XDP, "batch", WholeNumber.between(1, 4096, "frames"), "64",
        "The most frames taken from a queue in one go; at most `rings.rx` and, pipelined, `engine.ring-size`.");
    static final ConfigKey<HugePages> HUGE_PAGES = key(Section.AF_XDP, "huge-pages", new Choice<>(HugePages.class),
        "auto", "Whether the UMEM is made of huge pages; `auto`: if the host has enough of them.");
    static final ConfigKey<List<AcceptRule>> ACCEPT = key(Section.AF_XDP, "accept", new AcceptRules(), "[]",
        "Which frames the port takes; the rest stays with the kernel. `[]` takes all, SSH and ARP too.");

    static final ConfigKey<Integer> RX_RING = ring("rx", "2048", "Received frames that the engine has not taken yet.");
    static final ConfigKey<Integer> TX_RING = ring("tx", "2048", "Frames that wait for the kernel to send them.");
    static final ConfigKey<Integer> FILL_RING = ring("fill", "4096", "Empty frames that the kernel may receive into.");
    static final ConfigKey<Integer> COMPLETION_RING = ring("completion", "2048",
        "Sent frames that the engine has not taken back yet.");

    /** Every key, in the order of the reference and of a rendered config. */
    static final List<ConfigKey<?>> ALL = List.copyOf(TABLE);

    private ConfigKeys() {
    }

    /** The keys that stand in a block. */
    static List<ConfigKey<?>> of(Section section) {
        return ALL.stream().<ConfigKey<?>>filter(key -> key.section() == section).toList();
    }

    private static ConfigKey<Integer> ring(String name, String defaultText, String meaning) {
        return key(Section.RINGS, name, WholeNumber.powerOfTwo(2, LARGEST_RING, "descriptors"), defaultText, meaning);
    }

    private static <T> ConfigKey<T> key(Section section, String name, KeyType<T> type,
                                        String defaultText, String meaning) {
        ConfigKey<T> key = new ConfigKey<>(section, name, type, defaultText, meaning);
        TABLE.add(key);
        return key;
    }
}
