package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.vm.RatePath;
import io.millrace.statistics.PortCounter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How many frames a second the engine receives and drops, with and without copies on their way. The paths take turns,
 * so that what the JIT and the host do befalls all; the first turns are not counted.
 */
final class ReceiveRates implements GuestCheck {
    private static final int FRAME_LENGTH = 64;
    private static final int TURNS = 4;
    private static final int WARM_UP_TURNS = 1;
    private static final long SETTLE_MS = 1_000;
    private static final long MEASURED_MS = 2_000;

    @Override
    public String name() {
        return "receive and drop, in copy and in zero-copy mode";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        FrameTemplate frame = network.frame().length(FRAME_LENGTH).build();
        Map<RatePath, List<Double>> rates = new EnumMap<>(RatePath.class);
        for (int turn = 0; turn < TURNS; turn++) {
            for (RatePath path : RatePath.values()) {
                double rate = turn(path, frame, findings);
                if (turn >= WARM_UP_TURNS) {
                    rates.computeIfAbsent(path, key -> new ArrayList<>()).add(rate);
                }
            }
        }
        rates.forEach((path, all) -> {
            Collections.sort(all);
            double median = all.get(all.size() / 2);
            findings.rate(path, median);
            findings.expect(median > 0, "nothing was received: %s", path.meaning());
            findings.note("%s: %,.0f frames/s (%,.0f to %,.0f)", path.meaning(), median, all.getFirst(), all.getLast());
        });
    }

    private static double turn(RatePath path, FrameTemplate frame, Findings findings) {
        Engine engine = GuestNetwork.start(
                path.receiver(), "mode = inline, idle = busy-spin", "", "{ stage = drop }", Map.of());
        double rate;
        try (engine;
                PeerTraffic traffic = PeerTraffic.ofSocket(frame, path.senderCopies())) {
            traffic.start(TrafficPlan.endless());
            Pause.ms(SETTLE_MS);
            long startNs = System.nanoTime();
            long before = received(engine);
            Pause.ms(MEASURED_MS);
            rate = (received(engine) - before) * 1e9 / (System.nanoTime() - startNs);
            traffic.stop();
        }
        findings.account(engine.statistics(), path.receiver());
        return rate;
    }

    private static long received(Engine engine) {
        return GuestNetwork.port(engine).get(PortCounter.RX_FRAMES);
    }
}
