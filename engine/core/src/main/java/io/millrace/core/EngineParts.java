package io.millrace.core;

import io.millrace.ConnectionControl;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.path.SharedStage;
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
 * What an engine consists of, put together by {@link EngineAssembly}, taken apart by {@link EngineShutdown}. A port and
 * a stage of the config are in each lane, and one in what the engine tells of itself.
 *
 * @param lanes  at least one
 * @param connections ends connections of any lane
 * @param shared the stages that take frames of all lanes, in pipeline order; none when each lane has its own
 * @param times  what it took to put it together
 */
record EngineParts(
        EngineConfig config,
        Arena arena,
        List<Lane> lanes,
        ConnectionControl connections,
        List<SharedStage> shared,
        StopSignal stop,
        StageFailureLog failures,
        SetUpTimes times) {
    /** All ports of all lanes. */
    Stream<Port> ports() {
        return lanes.stream().flatMap(lane -> Stream.of(lane.ports()));
    }

    /** Those of them that have a role. */
    <T> Stream<T> having(Class<T> role) {
        return ports().filter(role::isInstance).map(role::cast);
    }

    /** What is behind the event loops of all lanes. */
    Stream<EventDevice> devices() {
        return lanes.stream().flatMap(lane -> lane.devices().stream());
    }

    /** Gives everything back, where no thread was made yet that could work with it. */
    void abandon(CleanUp cleanUp) {
        abandon(cleanUp, ports().toList(), devices().toList(), arena);
    }

    /** The same for an engine of which only this was put together. */
    static void abandon(CleanUp cleanUp, List<Port> opened, List<EventDevice> devices, Arena arena) {
        opened.forEach(port -> cleanUp.step(port::stopReceiving));
        opened.forEach(port -> cleanUp.step(() -> port.close((portId, audit) -> {})));
        devices.forEach(device -> cleanUp.step(device::abandon));
        cleanUp.step(arena::close);
    }

    /** Whether a frame has come out of the pipeline, whatever became of it. Asks counters only: cheap, any thread. */
    boolean handledFrame() {
        return ports().anyMatch(port -> port.counters().finished() != 0);
    }

    /** What each port of the config tells, by its id. */
    List<PortStatistics> portStatistics() {
        return portStatistics(
                lane -> Stream.of(lane.ports()).map(lane::statistics).toList());
    }

    /** The same of what each lane tells of its ports. */
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
