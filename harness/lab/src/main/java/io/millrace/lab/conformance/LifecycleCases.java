package io.millrace.lab.conformance;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;

/** Cases of opening, closing and opening again, with the smallest and the largest rings. */
final class LifecycleCases {
    private static final int LENGTH = 64;
    private static final int ROUNDS = 10;
    private static final int FEW = 200;
    private static final int ANSWER_MS = 10_000;

    private LifecycleCases() {}

    /** After one engine has ended, the next can have its queue. */
    static void takeOver(Trial trial) {
        PacketSocket sender = trial.sender();
        for (int round = 0; round < 2; round++) {
            InOrder inOrder = new InOrder(LENGTH);
            Engine engine = trial.engine("", "", "{ stage = drop }", inOrder);
            for (int i = 0; i < FEW; i++) {
                sender.send(ProbeFrame.make(i, LENGTH));
            }
            Trial.await("all frames", () -> inOrder.seen() == FEW);
            trial.settled(engine);
        }
    }

    static void smallestRings(Trial trial) {
        rings(trial, "rings { rx = 2, tx = 2, fill = 2, completion = 2 }, frames = 4, batch = 1");
    }

    static void largeRings(Trial trial) {
        rings(trial, "rings { rx = 16384, tx = 16384, fill = 16384, completion = 16384 }, frames = 32768");
    }

    private static void rings(Trial trial, String portKeys) {
        Engine engine = trial.engine("", portKeys, "{ stage = forward, to = p }", new InOrder(LENGTH));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < FEW; i++) {
            int number = i;
            sender.send(ProbeFrame.make(i, LENGTH));
            Trial.check(sender.receive(ANSWER_MS) != null, () -> "frame " + number + " did not come back");
        }
        Trial.checkEqual(FEW, trial.settled(engine).get(PortCounter.TX_FRAMES), () -> "sent");
    }

    /** Opens a new socket on the same queue in each round, with frames on their way when it closes. */
    static void teardown(Trial trial) {
        PacketSocket sender = trial.sender();
        for (int round = 0; round < ROUNDS; round++) {
            Engine engine = trial.engine("", "", "{ stage = forward, to = p }", frame -> {});
            for (int i = 0; i < FEW; i++) {
                sender.send(ProbeFrame.make(i, LENGTH));
            }
            Trial.await("the first frame", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) > 0);
            trial.settled(engine);
        }
    }
}
