package io.millrace.core;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.SleepingWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.HostException;
import io.millrace.TransmitListener;
import io.millrace.bindings.SystemCallException;
import io.millrace.core.config.LeaseKeys;
import io.millrace.core.path.FrameResources;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.KernelWait;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Outstanding;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.Roles;
import io.millrace.core.path.StagePlace;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StagedPipeline;
import io.millrace.core.path.TimedIdle;
import io.millrace.ring.UmemMappingException;
import io.millrace.spi.EventDevice;
import io.millrace.spi.EventLoop;
import io.millrace.spi.FrameSeeker;
import io.millrace.spi.Framing;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortFailure;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Mode;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.WaitKind;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** Puts one lane together: its ports, its pipeline, its poller. */
final class LaneAssembly {
    /** The most slots that a stage handles before the next one may have them. */
    private static final int STAGE_BATCH = 256;

    private final int number;
    private final EngineAssembly engine;
    private final Settings settings;
    private final LaneStages stages;
    /** The objects that the lane's ports share, in the order in which they were made. */
    private final Map<Class<?>, Object> shared = new LinkedHashMap<>();

    private final Port[] ports;

    LaneAssembly(int number, EngineAssembly engine, LaneStages stages, int ports) {
        this.number = number;
        this.engine = engine;
        this.settings = engine.settings();
        this.stages = stages;
        this.ports = new Port[ports];
    }

    /**
     * Opens the lane's ports. A port that uses another port's memory is opened after that one.
     *
     * @param config the settings of the ports in this lane, by their ids
     */
    void open(List<PortSettings> config) {
        for (int id = 0; id < ports.length; id++) {
            open(id, config);
        }
        devices().forEach(EventDevice::portsOpened);
    }

    private void open(int id, List<PortSettings> config) {
        if (ports[id] != null) {
            return;
        }
        PortSettings port = config.get(id);
        for (String before : port.type().opener().opensAfter(port)) {
            open(placeOf(before, config), config);
        }
        ports[id] = open(port, new Context(id));
    }

    private static int placeOf(String name, List<PortSettings> config) {
        return config.stream().map(PortSettings::name).toList().indexOf(name);
    }

    private static Port open(PortSettings port, PortContext context) {
        try {
            return port.type().opener().open(port, context);
        } catch (HostException | UmemMappingException e) {
            throw PortFailure.of(port, e);
        } catch (SystemCallException e) {
            throw PortFailure.of(
                    port,
                    new HostException(
                            "port " + port.name() + " can't be opened (" + e.getMessage()
                                    + "); see the kernel log (dmesg), and `ulimit -a`",
                            e));
        }
    }

    private final class Context implements PortContext {
        private final int portId;

        Context(int portId) {
            this.portId = portId;
        }

        @Override
        public int portId() {
            return portId;
        }

        @Override
        public int poller() {
            return number;
        }

        @Override
        public Arena frames() {
            return engine.arena();
        }

        @Override
        public EngineCounters counters() {
            return engine.counters();
        }

        @Override
        public Settings engine() {
            return settings;
        }

        @Override
        public TransmitListener transmitListener() {
            return engine.listener(portId);
        }

        @Override
        public Optional<Framing> framing() {
            return Optional.ofNullable(stages.framing());
        }

        @Override
        public <T> T ofPoller(Class<T> type, Supplier<T> maker) {
            return type.cast(shared.computeIfAbsent(type, none -> maker.get()));
        }

        @Override
        public <T> T ofEngine(Class<T> type, Supplier<T> maker) {
            return engine.shared(type, maker);
        }
    }

    Lane connect(Settings leaseSettings) {
        LeaseRegistry leases =
                new LeaseRegistry(ports.length, leaseSettings.get(LeaseKeys.MAX), leaseSettings.get(LeaseKeys.TRACK));
        Outlet outlet = new Outlet(ports, leases);
        List<List<StageRunner>> runners = runners(new FrameResources(ports, leases, engine.stop()));
        List<StageRunner> flat = runners.stream().flatMap(List::stream).toList();
        Pipeline pipeline = settings.get(EngineKeys.MODE) == Mode.INLINE
                ? new InlinePipeline(flat.toArray(StageRunner[]::new), outlet)
                : staged(runners, outlet);
        EventLoop[] loops = devices().map(EventDevice::loop).toArray(EventLoop[]::new);
        Lane lane = new Lane(
                number,
                ports,
                leases,
                flat,
                pipeline,
                new Poller(ports, pipeline, loops),
                idleStrategy(pipeline, leases),
                devices().toList());
        for (FrameSeeker port : Roles.having(FrameSeeker.class, ports)) {
            port.seekAt(lane::auditHolders);
        }
        return lane;
    }

    private StagedPipeline staged(List<List<StageRunner>> runners, Outlet outlet) {
        return engine.sharesStages()
                ? StagedPipeline.shared(runners, settings.get(EngineKeys.RING_SIZE), STAGE_BATCH, outlet)
                : new StagedPipeline(
                        runners,
                        settings.get(EngineKeys.RING_SIZE),
                        STAGE_BATCH,
                        waitStrategy(settings.get(EngineKeys.WAIT_STRATEGY)),
                        due -> polledWait(settings.get(EngineKeys.WAIT_STRATEGY), due),
                        outlet);
    }

    private List<List<StageRunner>> runners(FrameResources resources) {
        List<List<StageRunner>> runners = new ArrayList<>();
        int stageIndex = 0;
        for (List<LaneStages.Named> group : stages.groups()) {
            int first = stageIndex;
            boolean grouped = group.size() > 1;
            boolean concurrent = grouped && settings.get(EngineKeys.MODE) == Mode.PIPELINED;
            List<StageRunner> members = new ArrayList<>();
            for (LaneStages.Named member : group) {
                members.add(new StageRunner(
                        member.name(),
                        member.stage(),
                        new StagePlace(stageIndex++, first, grouped, concurrent),
                        resources,
                        engine.counters(),
                        engine.failures(),
                        member.ownWork()));
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

    /**
     * The idle strategy for a stage's thread that looks at several rings, or has work of its own, and can't wait on a
     * ring.
     *
     * @param nanosUntilDue how long it is until the stage has something to do by itself
     */
    static IdleStrategy polledWait(WaitKind kind, LongSupplier nanosUntilDue) {
        return switch (kind) {
            case BUSY_SPIN -> new BusySpinIdleStrategy();
            case YIELDING -> new YieldingIdleStrategy();
            case SLEEPING -> TimedIdle.newAlert();
            case BLOCKING -> new TimedIdle(nanosUntilDue);
        };
    }

    private IdleStrategy idleStrategy(Pipeline pipeline, LeaseRegistry leases) {
        Outstanding outstanding = new Outstanding(pipeline, leases, ports);
        return switch (settings.get(EngineKeys.IDLE)) {
            case BUSY_SPIN -> new BusySpinIdleStrategy();
            case BACKOFF -> new TimedIdle(pipeline::nanosUntilOwnWork);
            case WAIT ->
                devices()
                        .findFirst()
                        .map(device -> device.newWait(ports, outstanding))
                        .orElseGet(() -> new KernelWait(engine.arena(), ports, outstanding));
        };
    }

    /** The ports that have been opened. */
    Stream<Port> opened() {
        return Stream.of(ports).filter(Objects::nonNull);
    }

    /** The devices behind the lane's event loops, as far as they have been opened. */
    Stream<EventDevice> devices() {
        return shared.values().stream().filter(EventDevice.class::isInstance).map(EventDevice.class::cast);
    }
}
