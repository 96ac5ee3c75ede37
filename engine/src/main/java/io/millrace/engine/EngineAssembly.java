package io.millrace.engine;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.SleepingWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.typesafe.config.ConfigFactory;
import io.millrace.engine.afxdp.AfXdpPortOpener;
import io.millrace.engine.config.AfXdpSettings;
import io.millrace.engine.config.ConfigException;
import io.millrace.engine.config.EngineSettings;
import io.millrace.engine.config.MillraceConfig;
import io.millrace.engine.config.Mode;
import io.millrace.engine.config.PortSettings;
import io.millrace.engine.config.StageGroup;
import io.millrace.engine.config.StageSpec;
import io.millrace.engine.config.TcpSettings;
import io.millrace.engine.config.UdpSettings;
import io.millrace.engine.config.WaitKind;
import io.millrace.engine.counters.EngineCounters;
import io.millrace.engine.path.FrameResources;
import io.millrace.engine.path.InlinePipeline;
import io.millrace.engine.path.KernelWait;
import io.millrace.engine.path.LeaseDesk;
import io.millrace.engine.path.Outlet;
import io.millrace.engine.path.Pipeline;
import io.millrace.engine.path.Poller;
import io.millrace.engine.path.Port;
import io.millrace.engine.path.SharedRing;
import io.millrace.engine.path.StagePlace;
import io.millrace.engine.path.StageRunner;
import io.millrace.engine.path.StagedPipeline;
import io.millrace.engine.path.StopSignal;
import io.millrace.engine.stage.Framer;
import io.millrace.engine.uring.TcpPortOpener;
import io.millrace.engine.uring.UdpPortOpener;
import io.millrace.engine.uring.UringDevice;
import io.millrace.engine.uring.UringOpener;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts an engine together from its config: stages first, since they touch nothing, then the ports, then the rest. */
final class EngineAssembly {
    private static final Logger LOG = LoggerFactory.getLogger(EngineAssembly.class);
    /** Slots that a stage handles before the next one may have them, in batches of a port. */
    private static final int STAGE_BATCH = 256;
    private static final long BACKOFF_SPINS = 100;
    private static final long BACKOFF_YIELDS = 10;
    private static final long BACKOFF_MIN_NS = 1_000;
    private static final long BACKOFF_MAX_NS = 1_000_000;

    private record NamedStage(String name, Stage stage) {
    }

    private final MillraceConfig config;
    private final EngineSettings settings;
    private final EngineCounters counters;
    private final StageFailureLog failures;
    private final StopSignal stop = new StopSignal();
    /** Null when no port needs one. */
    private UringDevice uring;
    /** Null when streams are not cut into messages. */
    private Framer framer;

    private EngineAssembly(MillraceConfig config, int ownStages) {
        this.config = config;
        this.counters = new EngineCounters(config.ports().size(),
            ownStages + config.pipeline().stream().mapToInt(group -> group.stages().size()).sum());
        this.settings = config.engine();
        this.failures = new StageFailureLog(settings.onError());
    }

    /** @param own the program's own stages, in front of the config's */
    static EngineParts assemble(MillraceConfig config, Map<String, Stage> own) {
        requireJvmOptions();
        if (!UnsafeBuffer.SHOULD_BOUNDS_CHECK) {
            LOG.warn("Agrona's bounds checks are off (agrona.disable.bounds.checks): a stage that uses a frame's buffer"
                + " after its callback crashes the JVM instead of getting an exception");
        }
        EngineAssembly assembly = new EngineAssembly(config, own.size());
        List<List<NamedStage>> groups = assembly.stages(own);
        new WarmUp(config).run();
        Arena arena = Arena.ofShared();
        List<Port> ports = new ArrayList<>();
        try {
            assembly.openRing();
            for (PortSettings port : config.ports()) {
                ports.add(assembly.open(ports.size(), port, arena));
            }
            assembly.registerWithRing();
            return assembly.connect(arena, ports.toArray(Port[]::new), groups);
        } catch (RuntimeException | Error e) {
            for (Port port : ports) {
                port.stopReceiving();
                port.close((portId, audit) -> { });
            }
            if (assembly.uring != null) {
                assembly.uring.abandon();
            }
            arena.close();
            throw e;
        }
    }

    /** Agrona would fail with an IllegalAccessError at its first buffer, which tells nobody what to do. */
    private static void requireJvmOptions() {
        if (!Object.class.getModule().isOpen("jdk.internal.misc", UnsafeBuffer.class.getModule())) {
            throw new HostException("this JVM was started without an option that Agrona needs; add --add-opens"
                + " java.base/jdk.internal.misc=ALL-UNNAMED, and --enable-native-access=ALL-UNNAMED");
        }
    }

    private List<List<NamedStage>> stages(Map<String, Stage> own) {
        List<List<NamedStage>> groups = new ArrayList<>();
        own.forEach((name, stage) -> {
            stage.configure(new SetUpContext(name, ConfigFactory.empty(), config.ports()));
            groups.add(List.of(new NamedStage(name, stage)));
        });
        for (StageGroup group : config.pipeline()) {
            for (StageSpec spec : group.stages()) {
                if (own.containsKey(spec.name())) {
                    throw new ConfigException(spec.line(), "stage " + spec.name() + " has the name of one that the"
                        + " program adds itself; give one of them another name");
                }
            }
            groups.add(group.stages().stream().map(this::configured).toList());
        }
        return groups;
    }

    private NamedStage configured(StageSpec spec) {
        Stage stage = spec.newStage();
        if (stage instanceof Framer cutsStreams) {
            framer = cutsStreams;
        }
        try {
            stage.configure(new SetUpContext(spec.name(), spec.config(), config.ports()));
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException(spec.line(), "stage " + spec.name() + " refuses its settings: " + e.getMessage(),
                e);
        }
        return new NamedStage(spec.name(), stage);
    }

    /** Sockets share one io_uring, which the poller owns. */
    private void openRing() {
        if (config.ports().stream().anyMatch(port -> !(port instanceof AfXdpSettings))) {
            uring = UringOpener.open(settings.uring(), counters);
        }
    }

    private void registerWithRing() {
        if (uring != null) {
            uring.register();
        }
    }

    private Port open(int portId, PortSettings port, Arena arena) {
        return switch (port) {
            case AfXdpSettings afXdp -> AfXdpPortOpener.open(portId, afXdp, arena, counters);
            case UdpSettings udp -> UdpPortOpener.open(portId, udp, arena, uring, counters);
            case TcpSettings tcp -> TcpPortOpener.open(portId, tcp, arena, uring, counters, framer);
        };
    }

    private EngineParts connect(Arena arena, Port[] ports, List<List<NamedStage>> groups) {
        LeaseDesk leases = new LeaseDesk(ports.length, config.leases().max(), config.leases().track());
        Outlet outlet = new Outlet(ports, leases);
        List<List<StageRunner>> runners = runners(groups, new FrameResources(ports, leases, stop));
        List<StageRunner> flat = runners.stream().flatMap(List::stream).toList();
        Pipeline pipeline = settings.mode() == Mode.INLINE
            ? new InlinePipeline(flat.toArray(StageRunner[]::new), outlet)
            : new StagedPipeline(runners, settings.ringSize(), STAGE_BATCH, waitStrategy(settings.waitStrategy()),
                outlet);
        SharedRing ring = uring == null ? SharedRing.NONE : uring.ring();
        IdleStrategy idle = idleStrategy(arena, ports, pipeline, leases);
        return new EngineParts(config, arena, ports, leases, stop, flat, pipeline, new Poller(ports, pipeline, ring),
            idle, failures, uring);
    }

    private List<List<StageRunner>> runners(List<List<NamedStage>> groups, FrameResources resources) {
        List<List<StageRunner>> runners = new ArrayList<>();
        int stageIndex = 0;
        for (List<NamedStage> group : groups) {
            int first = stageIndex;
            boolean concurrent = group.size() > 1 && settings.mode() == Mode.PIPELINED;
            List<StageRunner> members = new ArrayList<>();
            for (NamedStage member : group) {
                members.add(new StageRunner(member.name(), member.stage(),
                    new StagePlace(stageIndex++, first, concurrent), resources, counters, failures));
            }
            runners.add(members);
        }
        return runners;
    }

    static WaitStrategy waitStrategy(WaitKind kind) {
        return switch (kind) {
            case BUSY_SPIN -> new BusySpinWaitStrategy();
            case YIELDING -> new YieldingWaitStrategy();
            case SLEEPING -> new SleepingWaitStrategy();
            case BLOCKING -> new BlockingWaitStrategy();
        };
    }

    private IdleStrategy idleStrategy(Arena arena, Port[] ports, Pipeline pipeline, LeaseDesk leases) {
        return switch (settings.idle()) {
            case BUSY_SPIN -> new BusySpinIdleStrategy();
            case BACKOFF -> new BackoffIdleStrategy(BACKOFF_SPINS, BACKOFF_YIELDS, BACKOFF_MIN_NS, BACKOFF_MAX_NS);
            case WAIT -> uring == null ? new KernelWait(arena, ports, pipeline, leases)
                : uring.newWait(ports, pipeline, leases);
        };
    }
}
