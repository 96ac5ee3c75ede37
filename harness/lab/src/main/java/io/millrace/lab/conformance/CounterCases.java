package io.millrace.lab.conformance;

import io.millrace.Engine;
import io.millrace.Lease;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Frames for which there is no room are counted by reason, and frames arrive again when there is room. */
final class CounterCases {
    private static final int LENGTH = 64;
    private static final int SMALL = 64;
    /** With 1,024 bytes of headroom and the kernel's 256, a chunk of 2,048 has room for 768. */
    private static final int TOO_LONG = 1_000;

    private static final int SENT = 3 * SMALL;

    private CounterCases() {}

    /** Frames that are longer than the rest of a chunk are dropped and counted, and shorter ones still arrive. */
    static void rxDropped(Trial trial) {
        Engine engine = trial.engine("", "headroom = 1024", "{ stage = drop }", frame -> {});
        PacketSocket sender = trial.sender();
        for (int i = 0; i < SMALL; i++) {
            sender.send(ProbeFrame.make(i, TOO_LONG));
        }
        Trial.await(
                "the long ones to be counted", () -> Trial.port(engine).kernel().rxDropped() == SMALL);
        sender.send(ProbeFrame.make(SMALL, LENGTH));
        Trial.await("a short one behind them", () -> received(engine) == 1);
        trial.settled(engine);
    }

    /**
     * If nobody takes frames, the RX ring fills up, and further frames are counted, by the kernel or by the XDP
     * program.
     */
    static void rxFull(Trial trial) {
        PortStatistics late = overrun(trial, "off");
        Trial.checkEqual(0, late.kernel().rxEarlyDropped(), () -> "dropped by the program, with early-drop = off");
        Trial.check(late.get(PortCounter.RX_FRAMES) > SMALL, () -> "less arrived than the ring has room for: " + late);
        overrun(trial, "on");
    }

    private static PortStatistics overrun(Trial trial, String earlyDrop) {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = trial.engine(
                "",
                "rings { rx = " + SMALL + ", fill = 1024 }, frames = 2048, batch = 1" + ", early-drop = " + earlyDrop,
                "{ stage = drop }",
                frame -> Trial.awaitOpen(open));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < SENT; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
        }
        Trial.await("a full RX ring", () -> lost(engine) > 0);
        open.countDown();
        Trial.await("all of the burst", () -> received(engine) + lost(engine) == SENT);
        long taken = received(engine);
        sender.send(ProbeFrame.make(SENT, LENGTH));
        Trial.await("a frame after it", () -> received(engine) == taken + 1);
        return trial.settled(engine);
    }

    private static long received(Engine engine) {
        return Trial.port(engine).get(PortCounter.RX_FRAMES);
    }

    private static long lost(Engine engine) {
        PortStatistics port = Trial.port(engine);
        return port.kernel().rxRingFull() + port.kernel().rxDropped();
    }

    /** If a stage keeps all frames, the kernel has none to receive into, and says so. */
    static void fillEmpty(Trial trial) {
        List<Lease> kept = new CopyOnWriteArrayList<>();
        Engine engine = trial.engine(
                "",
                "rings { rx = " + SMALL + ", fill = " + SMALL + " }, frames = " + SMALL + ", batch = 16",
                "{ stage = drop }",
                frame -> {
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
        long before = received(engine);
        Trial.await("a frame after the leases", () -> {
            sender.send(ProbeFrame.make(SENT, LENGTH));
            return received(engine) > before;
        });
        trial.settled(engine);
    }
}
