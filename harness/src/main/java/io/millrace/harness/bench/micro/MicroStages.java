package io.millrace.harness.bench.micro;

import io.millrace.engine.Stage;
import io.millrace.engine.counters.EngineCounters;
import io.millrace.engine.path.FrameResources;
import io.millrace.engine.path.LeaseDesk;
import io.millrace.engine.path.Outlet;
import io.millrace.engine.path.Port;
import io.millrace.engine.path.StagePlace;
import io.millrace.engine.path.StageRunner;
import io.millrace.engine.path.StopSignal;
import io.millrace.ring.Umem;

/**
 * One stage with what the engine puts around it, over a port that does nothing.
 *
 * @param runner calls the stage
 * @param outlet where the frames leave
 */
record MicroStages(StageRunner runner, Outlet outlet) {
    private static final int LEASES = 16;

    static MicroStages of(Umem umem, Stage stage) {
        final Port[] ports = {new IdlePort(umem)};
        final LeaseDesk leases = new LeaseDesk(ports.length, LEASES, false);
        final StageRunner runner = new StageRunner(
                "micro",
                stage,
                new StagePlace(0, 0, false),
                new FrameResources(ports, leases, new StopSignal()),
                new EngineCounters(),
                (name, failure) -> {});
        return new MicroStages(runner, new Outlet(ports, leases));
    }
}
