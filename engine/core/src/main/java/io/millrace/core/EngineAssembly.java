package io.millrace.core;

import io.millrace.ConfigException;
import io.millrace.TransmitListener;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.path.PolledStage;
import io.millrace.core.path.StopSignal;
import io.millrace.spi.EngineLog;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.StageSharing;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.SetUpTimes;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;

/**
 * Puts an engine together from its config: stages first, since making them touches nothing of the host, then the ports,
 * then the rest.
 */
final class EngineAssembly {
    private static final Logger LOG = EngineLog.of(EngineAssembly.class);

    private final EngineConfig config;
    private final EngineCounters counters;
    private final StageFailureLog failures;
    private final TransmitListeners listeners;
    private final NanoClock clock;
    private final StopSignal stop = new StopSignal();
    private final PortDirectory directory = new PortDirectory();
    private final Map<Class<?>, Object> shared = new HashMap<>();
    private final Arena arena = Arena.ofShared();
    /**
     * The queues that the lanes share out among themselves, by the id of their port; null for a port that each lane
     * opens as a whole.
     */
    private final List<int[]> queues;

    private EngineAssembly(
            EngineConfig config, int ownStages, TransmitListeners listeners, NanoClock clock, List<int[]> queues) {
        this.config = config;
        this.listeners = listeners;
        this.clock = clock;
        this.queues = queues;
        int stages = stages(config, ownStages);
        this.counters = new EngineCounters(laneCount() * config.ports().size(), laneCount() * stages, laneCount());
        this.failures = new StageFailureLog(config.engine().get(EngineKeys.ON_ERROR));
    }

    /**
     * @param own   the program's own stages, which come before the config's
     * @param clock the time of the stages' timers
     */
    static EngineParts assemble(EngineConfig config, OwnStages own, TransmitListeners listeners, NanoClock clock) {
        listeners.requireFor(config);
        if (!UnsafeBuffer.SHOULD_BOUNDS_CHECK) {
            LOG.warn("Agrona's bounds checks are off (agrona.disable.bounds.checks): a stage that copies from a frame's"
                    + " buffer with a wrong index, or after its callback, may crash the JVM instead of"
                    + " getting an exception");
        }
        List<int[]> queues = queues(config);
        EngineLimits.require(config, laneCount(queues), stages(config, own.count()));
        EngineAssembly assembly = new EngineAssembly(config, own.count(), listeners, clock, queues);
        return assembly.assemble(own);
    }

    private static int stages(EngineConfig config, int own) {
        return own
                + config.pipeline().stream()
                        .mapToInt(group -> group.stages().size())
                        .sum();
    }

    private EngineParts assemble(OwnStages own) {
        List<LaneAssembly> lanes = lanes(own);
        long startNs = System.nanoTime();
        WarmUp.run(config);
        long warmNs = System.nanoTime();
        try {
            for (int number = 0; number < lanes.size(); number++) {
                lanes.get(number).open(portsOf(number));
            }
            List<Lane> connected =
                    lanes.stream().map(lane -> lane.connect(config.leases())).toList();
            directory.open(connected);
            return new EngineParts(
                    config,
                    arena,
                    connected,
                    directory,
                    sharedStages(connected),
                    stop,
                    failures,
                    new SetUpTimes(warmNs - startNs, System.nanoTime() - warmNs));
        } catch (Throwable e) {
            EngineParts.abandon(
                    new CleanUp(e),
                    lanes.stream().flatMap(LaneAssembly::opened).toList(),
                    lanes.stream().flatMap(LaneAssembly::devices).toList(),
                    arena);
            throw e;
        }
    }

    private List<LaneAssembly> lanes(OwnStages own) {
        if (!sharesStages()) {
            own.requireFor(laneCount());
        }
        List<LaneAssembly> lanes = new ArrayList<>();
        LaneStages stages = null;
        for (int number = 0; number < laneCount(); number++) {
            if (stages == null || !sharesStages()) {
                stages = LaneStages.configure(config, own.suppliers(), directory, clock);
            }
            lanes.add(new LaneAssembly(number, this, stages, config.ports().size()));
        }
        return lanes;
    }

    /** Returns whether all lanes have the same stages. */
    boolean sharesStages() {
        return config.engine().get(EngineKeys.STAGES) == StageSharing.SHARED && laneCount() > 1;
    }

    private List<PolledStage> sharedStages(List<Lane> lanes) {
        List<PolledStage> stages = new ArrayList<>();
        for (int i = 0; i < lanes.getFirst().stageInlets().size(); i++) {
            int index = i;
            stages.add(new PolledStage(
                    lanes.stream().map(lane -> lane.stageInlets().get(index)).toList(),
                    due -> LaneAssembly.polledWait(settings().get(EngineKeys.WAIT_STRATEGY), due)));
        }
        return stages;
    }

    /** A single poller takes all queues, so it asks for none of them by number: the port knows its own. */
    private static List<int[]> queues(EngineConfig config) {
        List<int[]> queues = new ArrayList<>();
        if (config.engine().get(EngineKeys.POLLERS) == Pollers.ONE) {
            return queues;
        }
        for (PortSettings port : config.ports()) {
            queues.add(port.type().queues().map(shared -> shared.numbers(port)).orElse(null));
        }
        int count = laneCount(queues);
        for (int id = 0; id < queues.size(); id++) {
            if (queues.get(id) != null && queues.get(id).length != count) {
                PortSettings port = config.ports().get(id);
                Key<?> key = port.type().queues().orElseThrow().key();
                throw new ConfigException(
                        port.lineOf(key),
                        port.settings().path(key) + " are "
                                + queues.get(id).length + ", but those of another port " + count
                                + "; pollers = per-queue needs as many"
                                + " in each");
            }
        }
        return queues;
    }

    private static int laneCount(List<int[]> queues) {
        return queues.stream()
                .filter(ids -> ids != null)
                .mapToInt(ids -> ids.length)
                .findFirst()
                .orElse(1);
    }

    private int laneCount() {
        return laneCount(queues);
    }

    private List<PortSettings> portsOf(int lane) {
        if (queues.isEmpty()) {
            return config.ports();
        }
        List<PortSettings> ports = new ArrayList<>();
        for (int id = 0; id < queues.size(); id++) {
            PortSettings port = config.ports().get(id);
            int[] ids = queues.get(id);
            ports.add(ids == null ? port : port.type().queues().orElseThrow().withOnly(port, ids[lane]));
        }
        return ports;
    }

    Settings settings() {
        return config.engine();
    }

    EngineCounters counters() {
        return counters;
    }

    StageFailureLog failures() {
        return failures;
    }

    /** The listener that hears when a port's frames were sent. */
    TransmitListener listener(int portId) {
        return listeners.of(config.ports().get(portId).name(), failures);
    }

    StopSignal stop() {
        return stop;
    }

    /** An object that the ports of all lanes share. It is made for the first port that asks for it. */
    <T> T shared(Class<T> type, Supplier<T> maker) {
        return type.cast(shared.computeIfAbsent(type, none -> maker.get()));
    }

    /** The arena that owns the frames' memory. */
    Arena arena() {
        return arena;
    }
}
