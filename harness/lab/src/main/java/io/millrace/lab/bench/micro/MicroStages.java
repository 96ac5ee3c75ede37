package io.millrace.lab.bench.micro;

import io.millrace.Stage;
import io.millrace.core.path.FrameResources;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.StagePlace;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StopSignal;
import io.millrace.ring.Umem;
import io.millrace.spi.Port;
import io.millrace.spi.counters.EngineCounters;

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
        final LeaseRegistry leases = new LeaseRegistry(ports.length, LEASES, false);
        final StageRunner runner = new StageRunner(
                "micro",
                stage,
                new StagePlace(0, 0, false),
                new FrameResources(ports, leases, new StopSignal()),
                new EngineCounters(),
                (name, lost, failure) -> {});
        return new MicroStages(runner, new Outlet(ports, leases));
    }
}
