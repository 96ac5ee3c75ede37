package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.Map;

/**
 * A stage stands still until the driver has no frame left to receive into. The driver then does not look at the fill
 * ring again by itself: it sets the ring's wake-up flag, and receives only after it was woken.
 */
final class StarvedDriver implements GuestCheck {
    private static final int ROUNDS = 5;
    private static final long STANDSTILL_MS = 500;
    private static final long SOON_MS = 3_000;
    private static final long ENOUGH = 5_000;

    /** Lets frames pass, or not. */
    private static final class Gate implements Stage {
        private volatile boolean shut;

        @Override
        public void onFrame(Frame frame) {
            while (shut) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public String name() {
        return "receiving goes on after the driver had no frames";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        Gate gate = new Gate();
        Engine engine = GuestNetwork.start(
                "zero-copy",
                "mode = pipelined, wait-strategy = sleeping",
                "frames = 1024, rings { fill = 512, rx = 1024 }",
                "{ stage = count }",
                Map.of("gate", gate));
        int resumed = 0;
        int stood = 0;
        try (engine;
                PeerTraffic traffic = PeerTraffic.open(network.frame().build())) {
            traffic.start(TrafficPlan.endless());
            for (int i = 0; i < ROUNDS; i++) {
                gate.shut = true;
                Pause.ms(STANDSTILL_MS);
                long before = received(engine);
                Pause.ms(STANDSTILL_MS / ROUNDS);
                stood += received(engine) == before ? 1 : 0;
                gate.shut = false;
                resumed += Pause.until(() -> received(engine) > before + ENOUGH, SOON_MS) ? 1 : 0;
            }
            gate.shut = false;
            traffic.stop();
        }
        findings.account(engine.statistics(), "zero-copy");
        findings.expectSame(ROUNDS, stood, "times that the driver ran out of frames");
        findings.expectSame(ROUNDS, resumed, "times that receiving went on");
        PortStatistics port = engine.statistics().ports().getFirst();
        findings.note("%,d frames, %,d RX wake-ups", port.get(PortCounter.RX_FRAMES), port.get(PortCounter.RX_WAKEUPS));
    }

    private static long received(Engine engine) {
        return GuestNetwork.port(engine).get(PortCounter.RX_FRAMES);
    }
}
