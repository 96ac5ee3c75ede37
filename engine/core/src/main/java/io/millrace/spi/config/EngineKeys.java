package io.millrace.spi.config;

import java.util.List;
import java.util.Optional;

/** The keys of the {@code engine} block, beside those of blocks that port types add to it. */
public final class EngineKeys {
    /** The block. */
    public static final KeyBlock BLOCK = KeyBlock.named("engine");

    /** Which thread runs the stages. */
    public static final Key<Mode> MODE = BLOCK.key(
            "mode",
            KeyTypes.choice(Mode.class),
            "pipelined",
            "`pipelined`: each stage on its own thread; `inline`: run to completion in the poller.");

    /** Slots of the Disruptor, a power of two. */
    public static final Key<Integer> RING_SIZE = BLOCK.key(
            "ring-size",
            KeyTypes.powerOfTwo(2, 1 << 22, "slots"),
            "16384",
            "Slots of the Disruptor between poller and stages. Pipelined mode only.");

    /** How stage threads wait. */
    public static final Key<WaitKind> WAIT_STRATEGY = BLOCK.key(
            "wait-strategy",
            KeyTypes.choice(WaitKind.class),
            "yielding",
            "How a stage thread waits for frames. Pipelined mode only.");

    /** What the poller does without work. */
    public static final Key<IdleKind> IDLE = BLOCK.key(
            "idle",
            KeyTypes.choice(IdleKind.class),
            "backoff",
            "What the poller does when there is no work; `wait` sleeps in the kernel until there is some.");

    /** How many threads poll. */
    public static final Key<Pollers> POLLERS = BLOCK.key(
            "pollers",
            KeyTypes.choice(Pollers.class),
            "one",
            "`one`: a single thread polls all queues of all ports; `per-queue`: one thread for each "
                    + "queue, with frames and stages of its own. Then all `af-xdp` ports need the same number "
                    + "of queues, and each socket port needs `reuse-port = on`.");

    /** Whether several pollers share their stages. */
    public static final Key<StageSharing> STAGES = BLOCK.key(
            "stages",
            KeyTypes.choice(StageSharing.class),
            "per-poller",
            "With `pollers = per-queue`: whether each poller has stages of its own, or all share the "
                    + "same ones, which then see the frames of all queues on one thread. Pipelined "
                    + "mode only.");

    /** What happens after a stage threw. */
    public static final Key<OnError> ON_ERROR = BLOCK.key(
            "on-error",
            KeyTypes.choice(OnError.class),
            "continue",
            "What to do after a stage threw: go on, or stop in order. The frame is dropped and "
                    + "counted in either case.");

    /** How long a stop waits for frames that are still on their way, in nanoseconds. */
    public static final Key<Long> DRAIN_TIMEOUT = BLOCK.key(
            "drain-timeout",
            KeyTypes.duration(KeyTypes.MS, 10 * KeyTypes.MINUTE),
            "5s",
            "How long a stop waits for frames that are still on their way.");

    /** How long a stage may make no progress before it is told, in nanoseconds. */
    public static final Key<Long> STUCK_AFTER = BLOCK.key(
            "stuck-after",
            KeyTypes.duration(100 * KeyTypes.MS, 10 * KeyTypes.MINUTE),
            "5s",
            "How long a stage may make no progress while frames wait for it, before the log and the statistics"
                    + " say so.");

    /** The folder for notes of what has to be put back on the host. */
    public static final Key<String> STATE_DIR = BLOCK.key(
            "state-dir",
            KeyTypes.absolutePath(),
            "\"/run/millrace\"",
            "The folder for notes of settings that have to be put back on the host, even after a "
                    + "crash; it is made when needed.");

    private static final KeyBlock CPUS = BLOCK.block("cpus");

    /** The CPU of the one poller; empty to leave it to the scheduler. */
    public static final Key<Optional<Integer>> POLLER_CPU = CPUS.key(
            "poller", KeyTypes.cpu().or("none"), "none", "The CPU that the poller is pinned to; with `pollers = one`.");

    /** The CPUs of the pollers when there is one for each queue; empty to leave them to the scheduler. */
    public static final Key<List<Integer>> POLLER_CPUS = CPUS.key(
            "pollers",
            KeyTypes.cpus(),
            "[]",
            "The CPUs of the pollers in the order of their queues, used again from the first if there "
                    + "are more queues; with `pollers = per-queue`.");

    /** The CPUs of the stage threads; empty to leave them to the scheduler. */
    public static final Key<List<Integer>> STAGE_CPUS = CPUS.key(
            "stages",
            KeyTypes.cpus(),
            "[]",
            "The CPUs of the stage threads in pipeline order, used again from the first if there are "
                    + "more stages.");

    private EngineKeys() {}
}
