package io.millrace.harness.vm.guest;

import io.millrace.engine.Engine;
import io.millrace.engine.counters.PortCounter;
import io.millrace.harness.traffic.FrameTemplate;
import io.millrace.harness.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many frames a second the engine receives and drops in either copy mode, of the same traffic. The modes take turns,
 * so that what the JIT and the host do befalls both; the first turns are not counted.
 */
final class ReceiveRates implements GuestCheck {
    private static final int FRAME_LENGTH = 64;
    private static final int TURNS = 4;
    private static final int WARM_UP_TURNS = 1;
    private static final long SETTLE_MS = 1_000;
    private static final long MEASURED_MS = 2_000;
    private static final List<String> MODES = List.of("copy", "zero-copy");

    @Override
    public String name() {
        return "receive and drop, in copy and in zero-copy mode";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        FrameTemplate frame = network.frame().length(FRAME_LENGTH).build();
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        MODES.forEach(mode -> rates.put(mode, new ArrayList<>()));
        try (PeerTraffic traffic = PeerTraffic.cheapest(frame)) {
            for (int turn = 0; turn < TURNS; turn++) {
                for (String mode : MODES) {
                    double rate = turn(mode, traffic, findings);
                    if (turn >= WARM_UP_TURNS) {
                        rates.get(mode).add(rate);
                    }
                }
            }
        }
        rates.forEach((mode, all) -> {
            Collections.sort(all);
            double median = all.get(all.size() / 2);
            findings.rate(mode, median);
            findings.expect(median > 0, "nothing was received in %s mode", mode);
            findings.note("%s: %,.0f frames/s (%,.0f to %,.0f)", mode, median, all.getFirst(), all.getLast());
        });
    }

    private static double turn(String mode, PeerTraffic traffic, Findings findings) {
        Engine engine = GuestNetwork.start(mode, "mode = inline, idle = busy-spin", "", "{ stage = drop }", Map.of());
        double rate;
        try (engine) {
            traffic.start(TrafficPlan.endless());
            Pause.ms(SETTLE_MS);
            long startNs = System.nanoTime();
            long before = received(engine);
            Pause.ms(MEASURED_MS);
            rate = (received(engine) - before) * 1e9 / (System.nanoTime() - startNs);
            traffic.stop();
        }
        findings.account(engine.statistics(), mode);
        return rate;
    }

    private static long received(Engine engine) {
        return GuestNetwork.port(engine).get(PortCounter.RX_FRAMES);
    }
}
