package io.millrace.lab.conformance;

import io.millrace.Engine;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames arrive whole, each once, in order. */
final class DeliveryCases {
    /** The number of frames that the kernel's tests send. */
    private static final int PACKETS = 4_000;

    private static final int LENGTH = 64;
    /** The most frames on their way: fewer than any ring holds. */
    private static final int WINDOW = 256;

    private static final int SINGLES = 100;
    private static final int ANSWER_MS = 10_000;
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    private DeliveryCases() {}

    static void sendReceive(Trial trial) {
        sendReceive(trial, "frame-size = 4096");
    }

    static void sendReceive2k(Trial trial) {
        sendReceive(trial, "frame-size = 2048");
    }

    /** Frames whose addresses have an offset. */
    static void sendReceiveUnaligned(Trial trial) {
        sendReceive(trial, Trial.unaligned(3_000));
    }

    private static void sendReceive(Trial trial, String portKeys) {
        InOrder inOrder = new InOrder(LENGTH);
        Engine engine = trial.engine("", portKeys, "{ stage = drop }", inOrder);
        PacketSocket sender = trial.sender();
        for (int i = 0; i < PACKETS; i++) {
            int sent = i;
            if (sent - inOrder.seen() >= WINDOW) {
                Trial.await("frame " + (sent - WINDOW), () -> sent - inOrder.seen() < WINDOW);
            }
            sender.send(ProbeFrame.make(i, LENGTH));
        }
        Trial.await("the last frame", () -> inOrder.seen() == PACKETS);
        PortStatistics port = trial.settled(engine);
        Trial.checkEqual(PACKETS, port.get(PortCounter.RX_FRAMES), () -> "received");
        Trial.checkEqual((long) PACKETS * LENGTH, port.get(PortCounter.RX_BYTES), () -> "bytes received");
    }

    /** No frame may wait for the next one. */
    static void singlePacket(Trial trial) {
        InOrder inOrder = new InOrder(LENGTH);
        Engine engine = trial.engine("idle = backoff", "", "{ stage = drop }", inOrder);
        PacketSocket sender = trial.sender();
        for (int i = 0; i < SINGLES; i++) {
            int number = i;
            sender.send(ProbeFrame.make(i, LENGTH));
            Trial.await("frame " + number + " alone", () -> inOrder.seen() == number + 1);
        }
        trial.settled(engine);
    }

    /** A socket sends and receives at the same time, and what comes back is what was sent. */
    static void bidirectional(Trial trial) {
        Engine engine = trial.engine("", "", ECHO, new InOrder(LENGTH));
        PacketSocket sender = trial.sender();
        int sent = 0;
        for (int back = 0; back < PACKETS; back++) {
            while (sent < PACKETS && sent - back < WINDOW) {
                sender.send(ProbeFrame.make(sent++, LENGTH));
            }
            checkAnswer(sender, back, LENGTH);
        }
        PortStatistics port = trial.settled(engine);
        Trial.checkEqual(PACKETS, port.get(PortCounter.TX_FRAMES), () -> "sent back");
        Trial.checkEqual(0, port.kernel().txInvalidDescs(), () -> "invalid descriptors");
    }

    private static void checkAnswer(PacketSocket sender, int number, int length) {
        byte[] answer = sender.receive(ANSWER_MS);
        Trial.check(answer != null, () -> "frame " + number + " did not come back");
        String problem = ProbeFrame.problem(new UnsafeBuffer(answer), number, length);
        Trial.check(problem == null, () -> "of those that came back, " + problem);
    }

    /** Every second frame is not for the engine: it stays with the kernel, and only the others arrive. */
    static void dropHalf(Trial trial) {
        InOrder inOrder = new InOrder(LENGTH);
        Engine engine = trial.engine("", "", "{ stage = drop }", inOrder);
        PacketSocket sender = trial.sender();
        for (int i = 0; i < WINDOW; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
            sender.send(ProbeFrame.make(ProbeFrame.OTHER_ETHERTYPE, i, LENGTH));
        }
        Trial.await("the accepted half", () -> inOrder.seen() == WINDOW);
        Trial.await(
                "the other half, at the program",
                () -> AfXdpStatistics.of(Trial.port(engine)).passed() >= WINDOW);
        PortStatistics port = trial.settled(engine);
        Trial.checkEqual(WINDOW, AfXdpStatistics.of(port).matched(), () -> "accepted");
    }

    /** There is room in front of a frame, and what a stage puts there leaves with the frame. */
    static void headroom(Trial trial) {
        int room = 128;
        Engine engine = trial.engine("", "headroom = " + room, "{ stage = forward, to = p }", frame -> {
            frame.prepend(room);
            frame.buffer().setMemory(0, room, (byte) 0);
            frame.buffer().putBytes(0, frame.buffer(), room, ProbeFrame.HEADER);
        });
        PacketSocket sender = trial.sender();
        for (int i = 0; i < WINDOW; i++) {
            sender.send(ProbeFrame.make(i, LENGTH));
            byte[] answer = sender.receive(ANSWER_MS);
            int number = i;
            Trial.check(
                    answer != null && answer.length == room + LENGTH,
                    () -> "frame " + number + " came back with "
                            + (answer == null ? "nothing" : answer.length + " bytes"));
            String problem = ProbeFrame.problem(new UnsafeBuffer(answer, room, LENGTH), number, LENGTH);
            Trial.check(problem == null, () -> "behind its headroom, " + problem);
        }
        trial.settled(engine);
    }

    static void shrink(Trial trial) {
        adjustTail(trial, -4);
    }

    static void grow(Trial trial) {
        adjustTail(trial, 4);
    }

    /**
     * In the kernel's case the XDP program moves the end of a frame; here a stage does, and the frame on the wire shows
     * it.
     */
    private static void adjustTail(Trial trial, int by) {
        int adjusted = LENGTH + 64 + by;
        Engine engine = trial.engine("", "", "{ stage = forward, to = p }", frame -> {
            int number = ProbeFrame.sequence(frame);
            int before = frame.length();
            frame.length(before + by);
            for (int at = before; at < frame.length(); at++) {
                frame.buffer().putByte(at, (byte) (number >>> 8 * (1 - at % 2)));
            }
        });
        PacketSocket sender = trial.sender();
        for (int i = 0; i < WINDOW; i++) {
            sender.send(ProbeFrame.make(i, LENGTH + 64));
            byte[] answer = sender.receive(ANSWER_MS);
            int number = i;
            Trial.check(
                    answer != null && answer.length == adjusted,
                    () -> "frame " + number + " came back with "
                            + (answer == null ? "nothing" : answer.length + " bytes instead of " + adjusted));
        }
        PortStatistics port = trial.settled(engine);
        Trial.checkEqual((long) WINDOW * adjusted, port.get(PortCounter.TX_BYTES), () -> "bytes sent");
    }
}
