package io.millrace.harness.conformance;

import io.millrace.engine.Engine;
import io.millrace.engine.Lease;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortStatistics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** What there is no room for is counted, by reason, and when there is room again frames arrive again. */
final class CounterCases {
    private static final int LENGTH = 64;
    private static final int SMALL = 64;
    /** Behind 1,024 bytes of headroom and the kernel's 256, a chunk of 2,048 has room for 768. */
    private static final int TOO_LONG = 1_000;
    private static final int SENT = 3 * SMALL;

    private CounterCases() {
    }

    /** Longer than a chunk has room for behind its headroom: dropped and counted, and shorter ones still arrive. */
    static void rxDropped(Trial trial) {
        Engine engine = trial.engine("", "headroom = 1024", "{ stage = drop }", frame -> { });
        PacketSocket sender = trial.sender();
        for (int i = 0; i < SMALL; i++) {
            sender.send(ProbeFrame.make(i, TOO_LONG));
        }
        Trial.await("the long ones to be counted", () -> Trial.port(engine).kernel().rxDropped() == SMALL);
        sender.send(ProbeFrame.make(SMALL, LENGTH));
        Trial.await("a short one behind them", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) == 1);
        trial.settled(engine);
    }

    /** Nobody takes frames: the RX ring fills up, the rest is counted. */
    static void rxFull(Trial trial) {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = trial.engine("", "rings { rx = " + SMALL + ", fill = 1024 }, frames = 2048, batch = 1",
            "{ stage = drop }", frame -> Trial.awaitOpen(open));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < SENT; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
        }
        Trial.await("a full RX ring", () -> lost(engine) > 0);
        open.countDown();
        Trial.await("all of the burst", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) + lost(engine) == SENT);
        sender.send(ProbeFrame.make(SENT, LENGTH));
        Trial.await("a frame after it", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) + lost(engine) == SENT + 1);
        PortStatistics port = trial.settled(engine);
        Trial.check(port.get(PortCounter.RX_FRAMES) > SMALL, () -> "it did not recover: " + port);
    }

    private static long lost(Engine engine) {
        PortStatistics port = Trial.port(engine);
        return port.kernel().rxRingFull() + port.kernel().rxDropped();
    }

    /** All frames are kept by a stage: the kernel has none to receive into, and says so. */
    static void fillEmpty(Trial trial) {
        List<Lease> kept = new CopyOnWriteArrayList<>();
        Engine engine = trial.engine("", "rings { rx = " + SMALL + ", fill = " + SMALL + " }, frames = " + SMALL
            + ", batch = 16", "{ stage = drop }", frame -> {
                if (kept.size() < SMALL) {
                    kept.add(frame.lease());
                }
            });
        PacketSocket sender = trial.sender();
        for (int i = 0; i < SENT; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
            if (i < SMALL) {
                int number = i;
                Trial.await("frame " + number, () -> kept.size() == number + 1 || lost(engine) > 0);
            }
        }
        Trial.await("an empty fill ring", () -> Trial.port(engine).kernel().rxFillRingEmptyDescs() > 0);
        kept.forEach(Lease::close);
        long before = Trial.port(engine).get(PortCounter.RX_FRAMES);
        Trial.await("a frame after the leases", () -> {
            sender.send(ProbeFrame.make(SENT, LENGTH));
            return Trial.port(engine).get(PortCounter.RX_FRAMES) > before;
        });
        trial.settled(engine);
    }
}
