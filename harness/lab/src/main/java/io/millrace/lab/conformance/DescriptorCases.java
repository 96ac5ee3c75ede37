package io.millrace.lab.conformance;

import io.millrace.Engine;
import io.millrace.afxdp.RingSizes;
import io.millrace.afxdp.XdpSocket;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.ring.HugePages;
import io.millrace.ring.TxRing;
import io.millrace.ring.Umem;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.Arena;

/** Descriptors that the kernel refuses: the engine hands it none, and its counter of them is right. */
final class DescriptorCases {
    private static final int ETHERNET_HEADER = 14;
    private static final int FRAMES = 64;
    private static final int RING = 64;
    private static final int FRAME_SIZE = 2048;
    private static final String FORWARD = "{ stage = forward, to = p }";

    private DescriptorCases() {}

    static void invalid(Trial trial) {
        invalid(trial, "frame-size = 4096");
    }

    static void invalid2k(Trial trial) {
        invalid(trial, "frame-size = " + FRAME_SIZE);
    }

    static void invalidUnaligned(Trial trial) {
        invalid(trial, Trial.unaligned(FRAME_SIZE));
    }

    /** A size that is odd and not a power of two. */
    static void invalidOddSize(Trial trial) {
        invalid(trial, Trial.unaligned(4_001));
    }

    /**
     * Sends lengths from 0 to the room that there is: those that are too short for a frame are counted, the others
     * leave.
     */
    private static void invalid(Trial trial, String portKeys) {
        int[] lengths = {0, 1, ETHERNET_HEADER - 1, ETHERNET_HEADER, ProbeFrame.SHORTEST, 1500};
        int fitting = 3;
        Engine engine = trial.engine("", portKeys, FORWARD, frame -> frame.length(lengths[ProbeFrame.sequence(frame)]));
        PacketSocket sender = trial.sender();
        for (int i = 0; i < lengths.length; i++) {
            sender.send(ProbeFrame.make(i, ProbeFrame.SHORTEST));
        }
        Trial.await("all frames", () -> Trial.port(engine).get(PortCounter.RX_FRAMES) == lengths.length);
        PortStatistics port = trial.settled(engine);
        Trial.checkEqual(lengths.length - fitting, port.get(PortCounter.DROPPED_INVALID), () -> "refused");
        Trial.checkEqual(fitting, port.get(PortCounter.TX_FRAMES), () -> "sent");
        Trial.checkEqual(0, port.kernel().txInvalidDescs(), () -> "descriptors that the kernel refused");
    }

    /** What the kernel counts of bad descriptors is what the socket tells: here they are made on purpose. */
    static void statistics(Trial trial) {
        Arena arena = trial.add(Arena.ofShared());
        Umem umem = Umem.map(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
        XdpSocket socket = trial.add(trial.wire().atReceiver(() -> bound(trial, arena, umem)));
        TxRing tx = socket.rings().tx();
        long[][] descriptors = {
            {umem.lengthBytes(), ProbeFrame.SHORTEST}, // behind the UMEM
            {-FRAME_SIZE, ProbeFrame.SHORTEST},
            {0, FRAME_SIZE + 1}, // longer than a chunk
            {FRAME_SIZE - ProbeFrame.SHORTEST + 1, ProbeFrame.SHORTEST}, // over its chunk's end
            {0, ProbeFrame.SHORTEST}, // address 0 is as good as any
        };
        tx.reserve(descriptors.length);
        for (int i = 0; i < descriptors.length; i++) {
            tx.frame(i, descriptors[i][0], (int) descriptors[i][1]);
        }
        tx.submit(descriptors.length);
        Trial.await("the kernel to look at them", () -> {
            SocketCalls.wakeTx(socket.fd());
            return tx.pending() == 0;
        });
        Trial.checkEqual(descriptors.length - 1, socket.statistics().txInvalidDescs(), () -> "invalid descriptors");
        Trial.await("the good one", () -> socket.rings().completion().peek(1) == 1);
    }

    private static XdpSocket bound(Trial trial, Arena arena, Umem umem) {
        XdpSocket socket = XdpSocket.open(arena, umem, new RingSizes(RING, RING, RING, RING));
        String interfaceName = trial.wire().receiver();
        int mode = trial.mode().isZeroCopy() ? xdp_h.XDP_ZEROCOPY() : xdp_h.XDP_COPY();
        socket.bind(interfaceName, Libc.ifNameToIndex(interfaceName), 0, mode | xdp_h.XDP_USE_NEED_WAKEUP());
        return socket;
    }
}
