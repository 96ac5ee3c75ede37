package io.millrace.core.path;

import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.spi.Port;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The way of a frame over ports of plain memory, turned by hand; in inline mode on the test's own thread. */
final class Crank {
    final EngineCounters counters = new EngineCounters();
    final StopSignal stop = new StopSignal();
    final List<Throwable> failures = new ArrayList<>();
    final Port[] ports;
    final LeaseRegistry leases;
    final Outlet outlet;
    final FrameResources resources;
    final List<StageRunner> runners = new ArrayList<>();
    Pipeline pipeline;
    Poller poller;

    Crank(int maxLeases, CrankedPort... cranked) {
        ports = Stream.of(cranked).map(CrankedPort::port).toArray(Port[]::new);
        leases = new LeaseRegistry(ports.length, maxLeases, true);
        outlet = new Outlet(ports, leases);
        resources = new FrameResources(ports, leases, stop);
    }

    /** An inline pipeline over one port. */
    static Crank inline(CrankedPort port, Stage... stages) {
        return new Crank(16, port).inline(stages);
    }

    Crank inline(Stage... stages) {
        for (Stage stage : stages) {
            runner(stage, runners.size(), false);
        }
        return over(new InlinePipeline(runners.toArray(StageRunner[]::new), outlet));
    }

    Crank over(Pipeline newPipeline) {
        pipeline = newPipeline;
        poller = new Poller(ports, pipeline);
        return this;
    }

    StageRunner runner(Stage stage, int firstOfGroup, boolean concurrent) {
        StageRunner runner = new StageRunner(
                "stage" + runners.size(),
                stage,
                new StagePlace(runners.size(), firstOfGroup, concurrent),
                resources,
                counters,
                (name, lost, failure) -> failures.add(failure));
        runners.add(runner);
        return runner;
    }

    int turn() {
        return poller.doWork();
    }

    static CrankedPort port(Arena arena) {
        return new CrankedPort(arena, 0, 32, 16, 8);
    }
}
