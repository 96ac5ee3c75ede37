package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.conformance.PacketSocket;
import io.millrace.lab.conformance.Wire;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * A port on each card, both over one UMEM, and no frame is copied from one to the other. What a card sends arrives at
 * the other one: a frame that is forwarded to the port that it did not come by comes again by the one that it did. So
 * each goes round, some one way and some the other way, until it has made so many hops; none may be lost or changed.
 *
 * @param mode of the engine
 */
record SharedUmem(String mode) implements GuestCheck {
    private static final int LENGTH = 128;
    private static final int FRAMES = 64;
    private static final int HOPS = 60;
    private static final int FIRST_WORD = 14 + 20 + 8;
    private static final long SOON_MS = 30_000;
    private static final List<String> PORTS = List.of("a", "b");

    /** Sends frames round; the poller's thread or a stage's, and the check's when that has ended. */
    private static final class Roundabout implements Stage {
        private static final int TTL_AT = 14 + 8;
        private static final int LAST_TTL = 64 - HOPS;

        private final int[] arrivals = new int[PORTS.size() * FRAMES];
        private volatile int done;
        private int changed;

        @Override
        public void onFrame(Frame frame) {
            MutableDirectBuffer bytes = frame.buffer();
            int number = bytes.getInt(FIRST_WORD, ByteOrder.BIG_ENDIAN);
            if (frame.length() != LENGTH || number < 0 || number >= FRAMES || !isSame(bytes, number)) {
                changed++;
                return;
            }
            arrivals[frame.portId() * FRAMES + number]++;
            int ttl = bytes.getByte(TTL_AT);
            if (ttl == LAST_TTL) {
                done++; // one thread writes it
                frame.drop();
            } else {
                bytes.putByte(TTL_AT, (byte) (ttl - 1));
                frame.forward(1 - frame.portId());
            }
        }

        private static boolean isSame(MutableDirectBuffer bytes, int number) {
            for (int at = FIRST_WORD; at + Integer.BYTES <= LENGTH; at += Integer.BYTES) {
                if (bytes.getInt(at, ByteOrder.BIG_ENDIAN) != number) {
                    return false;
                }
            }
            return true;
        }

        /** Frames that came by a port as often as they should. */
        int whole(int portId) {
            int whole = 0;
            for (int number = 0; number < FRAMES; number++) {
                whole += arrivals[portId * FRAMES + number] == HOPS + 1 ? 1 : 0;
            }
            return whole;
        }
    }

    @Override
    public String name() {
        return "two ports over one UMEM, frames go round both ways, " + mode;
    }

    private String config() {
        return "millrace { engine { " + GuestNetwork.POLLER + ", mode = " + mode + " }\n ports { a { "
                + GuestNetwork.portKeys(GuestNetwork.ENGINE_INTERFACE, "zero-copy") + " }\n b { "
                + GuestNetwork.portKeys(GuestNetwork.PEER_INTERFACE, "zero-copy") + ", umem = a } }\n"
                + " pipeline = [{ stage = count }] }";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        Roundabout roundabout = new Roundabout();
        Engine engine = Engine.builder(EngineConfig.parse(config()))
                .stage("round", roundabout)
                .start();
        long startNs = System.nanoTime();
        try (engine) {
            send(network.wire(), network.frame());
            send(network.wireToPeer(), network.frameToPeer());
            Pause.until(() -> roundabout.done == PORTS.size() * FRAMES, SOON_MS);
        }
        long tookNs = System.nanoTime() - startNs;
        findings.account(engine.statistics(), "zero-copy");
        findings.expectSame(0, roundabout.changed, "changed frames");
        for (int id = 0; id < PORTS.size(); id++) {
            PortStatistics port = engine.statistics().ports().get(id);
            String name = " port " + PORTS.get(id);
            findings.expectSame(FRAMES, roundabout.whole(id), "frames that made all their hops by" + name);
            findings.expectSame(0, port.get(PortCounter.COPIED), "frames copied to" + name);
            findings.expectSame(FRAMES * (HOPS + 1), port.get(PortCounter.RX_FRAMES), "received by" + name);
            findings.expectSame(FRAMES * HOPS, port.get(PortCounter.TX_FRAMES), "sent by" + name);
        }
        findings.note("%d frames each way, %d hops each, in %.1f s", FRAMES, HOPS, tookNs / 1e9);
    }

    private static void send(Wire wire, FrameTemplate.Builder template) {
        byte[] bytes = template.length(LENGTH).build().bytes();
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        try (PacketSocket socket = PacketSocket.open(wire)) {
            for (int number = 0; number < FRAMES; number++) {
                for (frame.position(FIRST_WORD); frame.remaining() >= Integer.BYTES; ) {
                    frame.putInt(number);
                }
                socket.send(bytes);
            }
        }
    }
}
