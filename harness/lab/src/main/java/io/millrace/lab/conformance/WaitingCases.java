package io.millrace.lab.conformance;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** Cases of sleeping and waking, full queues, and the wake-ups that sending needs. */
final class WaitingCases {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int LENGTH = 64;
    private static final int ROUNDS = 20;
    private static final int ASLEEP_MS = 60;
    private static final int ANSWER_MS = 10_000;
    private static final int QUIET_MS = 1_000;
    private static final double MOST_AWAKE = 0.2;
    private static final String ECHO = "{ stage = forward, to = p }";
    private static final int BURST = 64;

    private WaitingCases() {}

    /** A poller that sleeps in the kernel wakes up for a frame. */
    static void pollRx(Trial trial) {
        InOrder inOrder = new InOrder(LENGTH);
        Engine engine = trial.engine("idle = wait", "", "{ stage = drop }", inOrder);
        PacketSocket sender = trial.sender();
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            Trial.pause(ASLEEP_MS);
            sender.send(ProbeFrame.make(i, LENGTH));
            Trial.await("frame " + number, () -> inOrder.seen() == number + 1);
        }
        trial.settled(engine);
    }

    /** A poller sends before it goes to sleep, and frames that were sent come back. */
    static void pollTx(Trial trial) {
        Engine engine = trial.engine("idle = wait", "", ECHO, new InOrder(LENGTH));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            Trial.pause(ASLEEP_MS);
            sender.send(ProbeFrame.make(i, LENGTH));
            Trial.check(sender.receive(ANSWER_MS) != null, () -> "frame " + number + " did not come back");
        }
        Trial.checkEqual(ROUNDS, trial.settled(engine).get(PortCounter.TX_FRAMES), () -> "sent");
    }

    /** Without frames a poller sleeps and does not spin, and it still stops at once. */
    static void pollRxqFull(Trial trial) {
        Engine engine = trial.engine("idle = wait", "", "{ stage = drop }", frame -> {});
        Trial.pause(ASLEEP_MS);
        long before = pollerCpuNs();
        Trial.pause(QUIET_MS);
        double awake = (pollerCpuNs() - before) / (QUIET_MS * 1e6);
        Trial.check(awake < MOST_AWAKE, () -> "the poller was awake for " + Math.round(awake * 100) + " % of the time");
        trial.settled(engine);
    }

    private static long pollerCpuNs() {
        return LongStream.of(THREADS.getAllThreadIds())
                .filter(id -> THREADS.getThreadInfo(id) != null
                        && THREADS.getThreadInfo(id).getThreadName().equals("mr-poller"))
                .map(THREADS::getThreadCpuTime)
                .sum();
    }

    /** If a TX ring is too small for a burst, the rest is counted, and nobody waits. */
    static void pollTxqFull(Trial trial) {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine =
                trial.engine("mode = pipelined", "rings { tx = 2 }, batch = 64", ECHO, frame -> Trial.awaitOpen(open));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < BURST; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
        }
        Trial.await("the burst with the engine", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) == BURST);
        open.countDown();
        Trial.await("every frame's end", () -> left(engine) == BURST);
        PortStatistics port = trial.settled(engine);
        Trial.check(port.get(PortCounter.FORWARDED) >= 2, () -> "none was sent: " + port);
        Trial.checkEqual(port.get(PortCounter.FORWARDED), port.get(PortCounter.TX_FRAMES), () -> "sent");
    }

    private static long left(Engine engine) {
        PortStatistics port = Trial.port(engine);
        return port.get(PortCounter.FORWARDED) + port.get(PortCounter.DROPPED_TX_FULL);
    }

    /** A wake-up in copy mode may only take 32 frames, so waking goes on until the ring is empty. */
    static void txQueueConsumer(Trial trial) {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = trial.engine("mode = pipelined", "", ECHO, frame -> Trial.awaitOpen(open));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < BURST; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
        }
        Trial.await("the burst with the engine", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) == BURST);
        open.countDown();
        for (int i = 0; i < BURST; i++) {
            int number = i;
            Trial.check(sender.receive(ANSWER_MS) != null, () -> "frame " + number + " was left in the TX ring");
        }
        PortStatistics port = trial.settled(engine);
        Trial.checkEqual(BURST, port.get(PortCounter.TX_FRAMES), () -> "sent");
        Trial.check(port.get(PortCounter.TX_WAKEUPS) <= BURST, () -> "a wake-up a frame, or more: " + port);
    }
}
