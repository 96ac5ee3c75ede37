package io.millrace.core;

import io.millrace.ConnectionControl;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.path.PolledStage;
import io.millrace.core.path.StopSignal;
import io.millrace.spi.EventDevice;
import io.millrace.spi.Port;
import io.millrace.statistics.PortStatistics;
import io.millrace.statistics.SetUpTimes;
import io.millrace.statistics.StageStatistics;
import io.millrace.statistics.UringStatistics;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What an engine consists of; {@link EngineAssembly} puts it together, {@link EngineShutdown} takes it apart. Each lane
 * has its own copy of every port and stage of the config; the engine's statistics show the copies as one.
 *
 * @param lanes       at least one
 * @param connections closes connections of any lane
 * @param shared      the stages that take frames of all lanes, in pipeline order; none when each lane has its own
 * @param times       how long it took to put the engine together
 */
record EngineParts(
        EngineConfig config,
        Arena arena,
        List<Lane> lanes,
        ConnectionControl connections,
        List<PolledStage> shared,
        StopSignal stop,
        StageFailureLog failures,
        SetUpTimes times) {
    /** All ports of all lanes. */
    Stream<Port> ports() {
        return lanes.stream().flatMap(lane -> Stream.of(lane.ports()));
    }

    /** Returns the ports, of all lanes, that have a role. */
    <T> Stream<T> having(Class<T> role) {
        return ports().filter(role::isInstance).map(role::cast);
    }

    /** The devices behind the event loops of all lanes. */
    Stream<EventDevice> devices() {
        return lanes.stream().flatMap(lane -> lane.devices().stream());
    }

    /** Gives everything back if no thread has been started that could be using it. */
    void abandon(CleanUp cleanUp) {
        abandon(cleanUp, ports().toList(), devices().toList(), arena);
    }

    /** Gives back the parts of an engine whose assembly stopped here. */
    static void abandon(CleanUp cleanUp, List<Port> opened, List<EventDevice> devices, Arena arena) {
        opened.forEach(port -> cleanUp.step(port::stopReceiving));
        opened.forEach(port -> cleanUp.step(() -> port.close((portId, audit) -> {})));
        devices.forEach(device -> cleanUp.step(device::abandon));
        cleanUp.step(arena::close);
    }

    /**
     * Returns whether a frame has come out of the pipeline, whatever became of it. It only reads counters, so it is
     * cheap and any thread may call it.
     */
    boolean handledFrame() {
        return ports().anyMatch(port -> port.counters().finished() != 0);
    }

    /** The statistics of each port of the config, by its id. */
    List<PortStatistics> portStatistics() {
        return portStatistics(
                lane -> Stream.of(lane.ports()).map(lane::statistics).toList());
    }

    /** The statistics of each port of the config, by its id, from those of each lane. */
    List<PortStatistics> portStatistics(Function<Lane, List<PortStatistics>> ofLane) {
        List<List<PortStatistics>> perLane = lanes.stream().map(ofLane).toList();
        List<PortStatistics> ports = new ArrayList<>(perLane.getFirst());
        for (List<PortStatistics> more : perLane.subList(1, perLane.size())) {
            for (int id = 0; id < ports.size(); id++) {
                ports.set(id, ports.get(id).plus(more.get(id)));
            }
        }
        return ports;
    }

    List<StageStatistics> stageStatistics() {
        List<StageStatistics> stages = new ArrayList<>();
        for (int i = 0; i < lanes.getFirst().stages().size(); i++) {
            int index = i;
            stages.add(lanes.stream()
                    .map(lane -> lane.stages().get(index).statistics())
                    .reduce(StageStatistics::plus)
                    .orElseThrow());
        }
        return stages;
    }

    /** Null when no port needs an io_uring. */
    UringStatistics uringStatistics() {
        return devices()
                .flatMap(device -> device.uringStatistics().stream())
                .reduce(UringStatistics::plus)
                .orElse(null);
    }
}
