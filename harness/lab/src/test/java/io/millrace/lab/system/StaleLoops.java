package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The main class of a JVM that does what the documents forbid: while engines close, threads are in compiled loops over
 * buffers that stages kept. The JIT checks the bounds of such a loop once, in front of it, so that nothing but the
 * mapping itself stands between the loop and a crash.
 */
final class StaleLoops {
    static final int UDP_PORT = 9_100;
    static final int TCP_PORT = 9_101;

    /** Tens of milliseconds: a thread is in the middle of them nearly always, also when the memory goes. */
    private static final int TURNS = 30_000_000;

    private static final int FEW_TURNS = 100_000;
    private static final byte[] PAYLOAD = new byte[64];

    /** Ways to keep a frame's bytes: the view, which is revoked, or an own one, which is not. */
    private enum Way {
        VIEW,
        COPY_OF_VIEW
    }

    private static final class Keeper implements Stage {
        private final FrameKind kind;
        private final Way way;
        private volatile MutableDirectBuffer kept;

        Keeper(FrameKind kind, Way way) {
            this.kind = kind;
            this.way = way;
        }

        @Override
        public void onFrame(Frame frame) {
            if (kept == null && frame.kind() == kind) {
                kept = way == Way.VIEW ? frame.buffer() : new UnsafeBuffer(frame.buffer());
            }
        }
    }

    /** A thread that is in one loop after another. */
    private static final class Looper {
        private final Thread thread;
        private volatile boolean isEnough;
        private volatile long loops;
        private long sum;

        Looper(Keeper keeper) {
            thread = Thread.ofPlatform().start(() -> {
                while (!isEnough) {
                    try {
                        loops++;
                        sum += turn(keeper.kept, TURNS);
                    } catch (IndexOutOfBoundsException revoked) {
                        Thread.onSpinWait(); // as promised
                    }
                }
            });
        }

        void end() throws InterruptedException {
            isEnough = true;
            thread.join();
        }
    }

    private StaleLoops() {}

    private static long turn(MutableDirectBuffer buffer, int turns) {
        long sum = 0;
        for (int i = 0; i < turns; i++) {
            sum += buffer.getByte(i & 15);
            buffer.putByte(16 + (i & 15), (byte) i);
        }
        return sum;
    }

    private static long compile() {
        UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(PAYLOAD.length));
        long sum = 0;
        for (int i = 0; i < 1_000; i++) {
            sum += turn(memory, FEW_TURNS);
        }
        return sum;
    }

    private static void round(String config, Way way) throws Exception {
        List<Keeper> keepers =
                Stream.of(FrameKind.values()).map(kind -> new Keeper(kind, way)).toList();
        Engine.Builder builder = Engine.builder(EngineConfig.parse(config));
        keepers.forEach(keeper -> builder.stage(keeper.kind.name(), keeper));
        List<Looper> loopers = new ArrayList<>();
        try (Engine engine = builder.start();
                DatagramSocket sender = new DatagramSocket();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), TCP_PORT)) {
            while (keepers.stream().anyMatch(keeper -> keeper.kept == null)) {
                sender.send(new DatagramPacket(
                        PAYLOAD, PAYLOAD.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), UDP_PORT)));
                client.getOutputStream().write(PAYLOAD);
                Thread.sleep(5);
            }
            keepers.forEach(keeper -> loopers.add(new Looper(keeper)));
            while (loopers.stream().anyMatch(looper -> looper.loops == 0)) {
                Thread.sleep(5);
            }
            if (engine.failure() != null) {
                throw new IllegalStateException(engine.failure());
            }
        }
        for (Looper looper : loopers) {
            looper.end();
        }
    }

    /** @param args the config */
    public static void main(String[] args) throws Exception {
        System.out.println("compiled: " + compile());
        for (Way way : Way.values()) {
            round(args[0], way);
            System.out.println("survived: " + way);
        }
        System.out.println("still here");
    }
}
