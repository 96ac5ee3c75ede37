package io.millrace.harness.vm.guest;

import io.millrace.engine.Engine;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.harness.traffic.TrafficPlan;
import java.util.Map;

/** How many frames a second the engine receives and drops, in either copy mode. */
final class ReceiveRate implements GuestCheck {
    private static final int FRAME_LENGTH = 64;
    private static final long WARM_UP_MS = 4_000;
    private static final long MEASURED_MS = 5_000;

    private final String copy;
    private double framesPerSecond;

    ReceiveRate(String copy) {
        this.copy = copy;
    }

    @Override
    public String name() {
        return "receive and drop, " + copy + " mode";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        Engine engine = GuestNetwork.start(copy, "mode = inline, idle = busy-spin", "", "{ stage = drop }", Map.of());
        try (engine; PeerTraffic traffic = PeerTraffic.open(network.frame().length(FRAME_LENGTH).build())) {
            traffic.start(TrafficPlan.endless());
            Pause.ms(WARM_UP_MS);
            long startNs = System.nanoTime();
            long before = received(engine);
            Pause.ms(MEASURED_MS);
            long count = received(engine) - before;
            framesPerSecond = count * 1e9 / (System.nanoTime() - startNs);
            traffic.stop();
        }
        findings.account(engine.statistics(), copy);
        findings.expect(framesPerSecond > 0, "nothing was received");
        PortStatistics port = engine.statistics().ports().getFirst();
        findings.note("%,.0f frames/s; %,d RX wake-ups, %,d dropped by the kernel", framesPerSecond,
            port.get(PortCounter.RX_WAKEUPS), port.kernel().rxDropped() + port.kernel().rxRingFull());
    }

    private static long received(Engine engine) {
        return GuestNetwork.port(engine).get(PortCounter.RX_FRAMES);
    }

    String copy() {
        return copy;
    }

    /** 0 before it has run. */
    double framesPerSecond() {
        return framesPerSecond;
    }
}
