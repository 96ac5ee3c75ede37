package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import java.util.Map;

/** Engines open and close the same queue, one after the other, while frames come. */
final class ReopenedQueue implements GuestCheck {
    private static final int ROUNDS = 6;
    /** Emulated CPUs take their time, and more of it beside other work. */
    private static final long SOON_MS = 20_000;

    private static final long ENOUGH = 2_000;
    /**
     * Not flat out, for the sake of emulated CPUs: attaching a program, the kernel patches the jump to it, and the more
     * often the jump is taken meanwhile, the likelier it is that such a CPU trips over it and the guest's kernel
     * panics.
     */
    private static final double RATE = 10_000;

    @Override
    public String name() {
        return "a queue is closed and opened again under load, " + ROUNDS + " times";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        long frames = 0;
        try (PeerTraffic traffic = PeerTraffic.open(network.frame().build())) {
            traffic.start(TrafficPlan.endless().at(RATE));
            for (int i = 0; i < ROUNDS; i++) {
                String mode = i % 2 == 0 ? "inline" : "pipelined";
                Engine engine = GuestNetwork.start("zero-copy", "mode = " + mode, "", "{ stage = count }", Map.of());
                boolean received;
                try (engine) {
                    received =
                            Pause.until(() -> GuestNetwork.port(engine).get(PortCounter.RX_FRAMES) > ENOUGH, SOON_MS);
                }
                findings.expect(received, "round %d received too little", i + 1);
                findings.account(engine.statistics(), "zero-copy");
                frames += GuestNetwork.port(engine).get(PortCounter.RX_FRAMES);
            }
            traffic.stop();
        }
        findings.note("%,d frames", frames);
    }
}
