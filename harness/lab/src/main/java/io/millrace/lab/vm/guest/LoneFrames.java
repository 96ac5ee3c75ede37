package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import java.util.Map;

/** A poller that sleeps in the kernel wakes for a single frame, with none behind it to push it through. */
final class LoneFrames implements GuestCheck {
    private static final int FRAMES = 20;
    private static final long SOON_MS = 2_000;
    /** Long enough for the poller to fall asleep. */
    private static final long IDLE_MS = 100;

    @Override
    public String name() {
        return "a sleeping poller (idle = wait) wakes for one frame";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        Engine engine =
                GuestNetwork.start("zero-copy", "mode = inline, idle = wait", "", "{ stage = count }", Map.of());
        int arrived = 0;
        try (engine;
                PeerTraffic traffic = PeerTraffic.open(network.frame().build())) {
            for (int i = 1; i <= FRAMES; i++) {
                Pause.ms(IDLE_MS);
                traffic.send(TrafficPlan.frames(1));
                long wanted = i;
                if (Pause.until(() -> GuestNetwork.port(engine).get(PortCounter.CONSUMED) >= wanted, SOON_MS)) {
                    arrived++;
                }
            }
        }
        findings.account(engine.statistics(), "zero-copy");
        findings.expectSame(FRAMES, arrived, "frames that arrived soon");
    }
}
