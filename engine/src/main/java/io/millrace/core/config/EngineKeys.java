package io.millrace.core.config;

import java.util.List;
import java.util.OptionalInt;

/** The keys of the {@code engine} and {@code leases} blocks. */
final class EngineKeys {
    private static final KeyTable TABLE = new KeyTable();
    /** {@code CPU_SETSIZE} of sched_setaffinity. */
    private static final int LAST_CPU = 1023;
    /** {@code IORING_MAX_ENTRIES} and {@code IORING_MAX_CQ_ENTRIES}. */
    private static final int MOST_SUBMISSIONS = 32768;

    private static final int MOST_COMPLETIONS = 65536;

    static final ConfigKey<Mode> MODE = TABLE.add(
            Section.ENGINE,
            "mode",
            new Choice<>(Mode.class),
            "pipelined",
            "`pipelined`: each stage on its own thread; `inline`: run to completion in the poller.");
    static final ConfigKey<Integer> RING_SIZE = TABLE.add(
            Section.ENGINE,
            "ring-size",
            WholeNumber.powerOfTwo(2, 1 << 22, "slots"),
            "16384",
            "Slots of the Disruptor between poller and stages. Pipelined mode only.");
    static final ConfigKey<WaitKind> WAIT_STRATEGY = TABLE.add(
            Section.ENGINE,
            "wait-strategy",
            new Choice<>(WaitKind.class),
            "yielding",
            "How a stage thread waits for frames. Pipelined mode only.");
    static final ConfigKey<IdleKind> IDLE = TABLE.add(
            Section.ENGINE,
            "idle",
            new Choice<>(IdleKind.class),
            "backoff",
            "What the poller does without work; `wait` sleeps in the kernel until there is some.");
    static final ConfigKey<Pollers> POLLERS = TABLE.add(
            Section.ENGINE,
            "pollers",
            new Choice<>(Pollers.class),
            "one",
            "`one`: a thread polls all queues of all ports; `per-queue`: one for each queue, with frames and"
                    + " stages of its "
                    + "own. Then every `af-xdp` port needs as many queues, and each socket port `reuse-port = on`.");
    static final ConfigKey<StageSharing> STAGES = TABLE.add(
            Section.ENGINE,
            "stages",
            new Choice<>(StageSharing.class),
            "per-poller",
            "With `pollers = per-queue`: whether each has stages of its own, or all `shared` ones, which then see "
                    + "the frames of all queues on one thread. Pipelined mode only.");
    static final ConfigKey<OnError> ON_ERROR = TABLE.add(
            Section.ENGINE,
            "on-error",
            new Choice<>(OnError.class),
            "continue",
            "After a stage threw: go on, or end in order. The frame is dropped and counted either way.");
    static final ConfigKey<Long> DRAIN_TIMEOUT = TABLE.add(
            Section.ENGINE,
            "drain-timeout",
            new Duration(Duration.MS, 10 * Duration.MINUTE),
            "5s",
            "How long a stop waits for frames that are still on their way.");
    static final ConfigKey<Long> STUCK_AFTER = TABLE.add(
            Section.ENGINE,
            "stuck-after",
            new Duration(100 * Duration.MS, 10 * Duration.MINUTE),
            "5s",
            "How long a stage may make no progress while frames wait for it, before the log and the"
                    + " statistics say so.");
    static final ConfigKey<String> STATE_DIR = TABLE.add(
            Section.ENGINE,
            "state-dir",
            new AbsolutePath(),
            "\"" + SocketOptions.DEFAULTS.stateDir() + "\"",
            "The folder for notes of what has to be put back on the host, also after a crash; made when needed.");

    static final ConfigKey<OptionalInt> POLLER_CPU = TABLE.add(
            Section.CPUS,
            "poller",
            new OptionalCpu(LAST_CPU),
            "none",
            "The CPU that the poller is pinned to; with `pollers = one`.");
    static final ConfigKey<List<Integer>> POLLER_CPUS = TABLE.add(
            Section.CPUS,
            "pollers",
            new CpuList(LAST_CPU),
            "[]",
            "The CPUs of the pollers in the order of their queues, from the first again if there are more queues; with "
                    + "`pollers = per-queue`.");
    static final ConfigKey<List<Integer>> STAGE_CPUS = TABLE.add(
            Section.CPUS,
            "stages",
            new CpuList(LAST_CPU),
            "[]",
            "The CPUs of the stage threads in pipeline order, from the first again if there are more stages.");

    static final ConfigKey<Integer> SUBMISSION = TABLE.add(
            Section.URING,
            "submission",
            WholeNumber.powerOfTwo(8, MOST_SUBMISSIONS, "entries"),
            "1024",
            "Requests to the kernel that wait for the next submission.");
    static final ConfigKey<Integer> COMPLETION = TABLE.add(
            Section.URING,
            "completion",
            WholeNumber.powerOfTwo(16, MOST_COMPLETIONS, "entries"),
            "8192",
            "Answers of the kernel that the poller has not taken yet; at least twice `submission`.");
    static final ConfigKey<Boolean> SQPOLL = TABLE.add(
            Section.URING,
            "sqpoll",
            new Switch(),
            "off",
            "Whether a kernel thread fetches the requests, so that submitting takes no system call; it takes a CPU.");
    static final ConfigKey<OptionalInt> SQPOLL_CPU = TABLE.add(
            Section.URING,
            "sqpoll-cpu",
            new OptionalCpu(LAST_CPU),
            "none",
            "The CPU that this kernel thread is pinned to.");
    static final ConfigKey<Long> SQPOLL_IDLE = TABLE.add(
            Section.URING,
            "sqpoll-idle",
            new Duration(Duration.MS, Duration.HOUR),
            "1s",
            "How long this kernel thread spins without requests before it sleeps.");
    static final ConfigKey<Long> BUSY_POLL = TABLE.add(
            Section.URING,
            "busy-poll",
            new Duration(0, Duration.SECOND),
            "0s",
            "How long a wait for answers polls the network card's driver (NAPI) before it sleeps; 0 is off.");
    static final ConfigKey<Long> MIN_WAIT = TABLE.add(
            Section.URING,
            "min-wait",
            new Duration(0, 10 * Duration.MS),
            "0s",
            "How long a poller that sleeps (`idle = wait`) takes no notice of single answers, so that it wakes for"
                    + " many at once, "
                    + "unless half of a port's buffers are filled: less CPU time, and as much delay; Linux 6.12,"
                    + " 0 is off.");

    static final ConfigKey<Integer> LEASES_MAX = TABLE.add(
            Section.LEASES,
            "max",
            WholeNumber.between(0, 1 << 20, "frames"),
            "256",
            "How many frames stages may keep at the same time.");
    static final ConfigKey<Boolean> LEASES_TRACK = TABLE.add(
            Section.LEASES,
            "track",
            new Switch(),
            "off",
            "Whether a leaked lease is reported with the place it was taken at; costs a stack trace a lease.");

    static final List<ConfigKey<?>> ALL = TABLE.keys();

    private EngineKeys() {}
}
