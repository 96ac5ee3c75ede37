package io.millrace.core;

import com.typesafe.config.Config;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.bindings.SocketCalls;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.config.StageGroup;
import io.millrace.core.config.StageSpec;
import io.millrace.core.path.FrameResources;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Outstanding;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StagePlace;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StageWorker;
import io.millrace.core.path.StagedPipeline;
import io.millrace.core.path.StopSignal;
import io.millrace.core.thread.EngineThread;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Port;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.WarmUpPort;
import io.millrace.spi.WarmUpRun;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.IdleKind;
import io.millrace.spi.config.Mode;
import io.millrace.spi.config.WaitKind;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.slf4j.Logger;

/**
 * Runs the duty cycle before an interface is touched, with the other side of each port played. Cold code starves the
 * fill ring while it is being compiled, and the first use of every method handle allocates; after the warm-up, neither
 * happens to a frame. The config's built-in stages take part with instances of their own. A program's stages do not:
 * they would see frames that nobody sent.
 *
 * <p>Compiled code stays for as long as the process, so that an engine starts without a warm-up when earlier engines of
 * the process had all of it for the same {@link Shape}. Each object is for one shape.
 */
final class WarmUp implements WarmUpRun {
    private static final Logger LOG = EngineLog.of(WarmUp.class);
    /** The JIT compiles by counts, so this many cycles are enough; the time is a limit for a machine that is busy. */
    private static final int CYCLES = 10_000;

    private static final long LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(800);
    private static final int WAKE_UP_CYCLES = 63;
    /** The cycles of one turn: two with work, two without. */
    private static final int STEPS = 4;

    private static final int DOWNCALLS = 20_000;
    private static final int LEASES = 16;
    private static final int BATCH = 64;
    /** How many cycles this process has run; one that was cut off by the limit is completed by the next engines. */
    private static final Map<Shape, Integer> RUN = new ConcurrentHashMap<>();

    /**
     * What decides which code frames go through.
     *
     * @param variants the {@link PortOpener#variant variants} among the ports
     * @param stages   the kinds of the built-in stages
     */
    private record Shape(
            PortOpener opener,
            Set<Object> variants,
            Mode mode,
            IdleKind idle,
            WaitKind strategy,
            List<String> stages) {}

    private final EngineConfig config;
    /** How many cycles earlier engines have run of the shape. */
    private final int cyclesBefore;
    /** By turn of this engine, how many cycles there are then. */
    private final List<Integer> cyclesAfter = new ArrayList<>();

    private WarmUp(EngineConfig config, int cyclesBefore) {
        this.config = config;
        this.cyclesBefore = cyclesBefore;
    }

    /** Runs the warm-up of each kind of port on the calling thread, for a fraction of a second. */
    static void run(EngineConfig config) {
        long startNs = System.nanoTime();
        if (RUN.isEmpty()) {
            // a method handle rewrites itself after some hundred calls, which allocates
            for (int i = 0; i < DOWNCALLS; i++) {
                SocketCalls.poll(MemorySegment.NULL, 0, 0);
            }
        }
        Map<PortOpener, List<PortSettings>> byType = new LinkedHashMap<>();
        for (PortSettings port : config.ports()) {
            byType.computeIfAbsent(port.type().opener(), type -> new ArrayList<>())
                    .add(port);
        }
        byType.forEach((opener, ports) -> warmUp(config, opener, ports));
        LOG.debug("warmed up in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
    }

    private static void warmUp(EngineConfig config, PortOpener opener, List<PortSettings> ports) {
        Shape shape = new Shape(
                opener,
                ports.stream().map(opener::variant).collect(Collectors.toSet()),
                config.engine().get(EngineKeys.MODE),
                config.engine().get(EngineKeys.IDLE),
                config.engine().get(EngineKeys.WAIT_STRATEGY),
                config.pipeline().stream()
                        .flatMap(group -> group.stages().stream())
                        .map(StageSpec::kind)
                        .filter(Objects::nonNull)
                        .toList());
        int cycles = RUN.getOrDefault(shape, 0);
        if (cycles < CYCLES) {
            WarmUp run = new WarmUp(config, cycles);
            opener.warmUp(ports, config.engine(), run);
            // There is no turn when the host has refused something, or the kind has no warm-up.
            run.cyclesAfter.stream().min(Integer::compare).ifPresent(fewest -> RUN.put(shape, fewest));
        }
    }

    @Override
    public byte[] frame() {
        return WarmUpFrames.small();
    }

    @Override
    public List<byte[]> unfinishedFrames() {
        return WarmUpFrames.unfinished();
    }

    @Override
    public void turn(WarmUpPort loopback) {
        Port[] ports = {loopback.port()};
        LeaseRegistry leases = new LeaseRegistry(ports.length, LEASES, false);
        Outlet outlet = new Outlet(ports, leases);
        List<StageRunner> stages = stages(new FrameResources(ports, leases, new StopSignal()));
        if (config.engine().get(EngineKeys.MODE) == Mode.INLINE) {
            turn(loopback, ports, new InlinePipeline(stages.toArray(StageRunner[]::new), outlet), leases);
        } else {
            List<List<StageRunner>> groups = stages.stream().map(List::of).toList();
            turnWithThreads(
                    loopback,
                    ports,
                    new StagedPipeline(
                            groups,
                            256,
                            BATCH,
                            LaneAssembly.waitStrategy(config.engine().get(EngineKeys.WAIT_STRATEGY)),
                            outlet),
                    leases);
        }
    }

    private List<StageRunner> stages(FrameResources resources) {
        EngineCounters counters = new EngineCounters(
                0,
                1
                        + config.pipeline().stream()
                                .mapToInt(group -> group.stages().size())
                                .sum(),
                0);
        List<StageRunner> runners = new ArrayList<>();
        for (StageGroup group : config.pipeline()) {
            for (StageSpec spec : group.stages()) {
                if (spec.kind() != null) {
                    Stage stage = spec.newStage();
                    stage.configure(new OnePort(spec));
                    runners.add(new StageRunner(
                            spec.name(),
                            stage,
                            new StagePlace(runners.size(), runners.size(), false),
                            resources,
                            counters,
                            (name, lost, failure) -> {}));
                }
            }
        }
        if (runners.isEmpty()) {
            runners.add(new StageRunner(
                    "warm-up",
                    Frame::drop,
                    new StagePlace(0, 0, false),
                    resources,
                    counters,
                    (name, lost, failure) -> {}));
        }
        return runners;
    }

    private void turn(WarmUpPort loopback, Port[] ports, Pipeline pipeline, LeaseRegistry leases) {
        Poller poller = new Poller(ports, pipeline, loopback.loops());
        IdleStrategy idle = config.engine().get(EngineKeys.IDLE) == IdleKind.WAIT
                ? loopback.newWait(new Outstanding(pipeline, leases, ports))
                : NoOpIdleStrategy.INSTANCE;
        try {
            cycle(loopback, pipeline, poller, idle);
            drain(poller, pipeline);
        } finally {
            loopback.end(pipeline);
        }
    }

    /**
     * Half of the duty cycles find nothing, as in an engine at work, and one in four is about to sleep when it does. C2
     * leaves out what never happens here, and the first time that it did happen later would throw the compiled code
     * away.
     */
    private void cycle(WarmUpPort loopback, Pipeline pipeline, Poller poller, IdleStrategy idle) {
        long deadline = System.nanoTime() + LIMIT_NS;
        int cycle = cyclesBefore;
        for (; cycle < CYCLES && System.nanoTime() - deadline < 0; cycle++) {
            int step = cycle % STEPS;
            loopback.needWakeUp(cycle % WAKE_UP_CYCLES == 0);
            int work = poller.doWork();
            if (step == STEPS - 1) {
                loopback.turn();
            }
            if (pipeline.inFlight() == 0) { // with frames in flight it would nap
                idle.idle(work);
            }
            if (step == 0) {
                loopback.turn();
            }
        }
        cyclesAfter.add(cycle);
    }

    private static void drain(Poller poller, Pipeline pipeline) {
        long deadline = System.nanoTime() + LIMIT_NS;
        while (pipeline.inFlight() > 0 && System.nanoTime() - deadline < 0) {
            poller.doWork();
            Thread.onSpinWait();
        }
    }

    private void turnWithThreads(WarmUpPort loopback, Port[] ports, StagedPipeline pipeline, LeaseRegistry leases) {
        List<Thread> threads = new ArrayList<>();
        try {
            for (StageWorker stage : pipeline.threads()) {
                threads.add(Thread.ofPlatform().daemon().name("mr-warm-up").start(() -> stage.run(stage::start)));
            }
            turn(loopback, ports, pipeline, leases);
        } finally {
            pipeline.threads().forEach(StageWorker::halt);
            for (Thread thread : threads) {
                EngineThread.awaitEnd(thread);
            }
        }
    }

    /** Answers a stage that asks for any port with the played port. */
    private record OnePort(StageSpec spec) implements StageContext {
        @Override
        public String stageName() {
            return spec.name();
        }

        @Override
        public Config config() {
            return spec.config();
        }

        @Override
        public int portId(String portName) {
            return 0;
        }
    }
}
