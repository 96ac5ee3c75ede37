package io.millrace.lab.conformance;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.config.Defaults;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One case on one wire in one mode: opens what the case needs, and closes it at the end. */
final class Trial implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;
    private static final String RULE = "accept = [\"ether proto 0x88b5\"]";

    /** The huge pages that {@link #unaligned} needs: 524 chunks of 4,001 bytes fit into one. */
    static final int UNALIGNED_HUGE_PAGES = 8;

    private final Wire wire;
    private final XskMode mode;
    private final List<AutoCloseable> opened = new ArrayList<>();

    Trial(Wire wire, XskMode mode) {
        this.wire = wire;
        this.mode = mode;
    }

    Wire wire() {
        return wire;
    }

    XskMode mode() {
        return mode;
    }

    /**
     * Starts an engine on the receiving end with one port, {@code p}, which accepts probes.
     *
     * @param engineKeys keys of its engine block, where the mode is inline unless they say otherwise
     * @param portKeys   keys of its port, beside those of the mode
     * @param pipeline   stages after the given one
     */
    Engine engine(String engineKeys, String portKeys, String pipeline, Stage stage) {
        String config = "millrace { engine { " + Defaults.under(engineKeys, "mode = inline", wire.engineKeys()) + " }\n"
                + " ports { p { type = af-xdp, interface = " + wire.receiver() + ", queues = [0], " + mode.settings()
                + ", "
                + RULE + "\n " + portKeys + " } }\n pipeline = [" + pipeline + "] }";
        Engine engine = wire.atReceiver(() ->
                Engine.builder(EngineConfig.parse(config)).stage("case", stage).start());
        opened.add(engine);
        PortStatistics port = port(engine);
        check(
                AfXdpStatistics.of(port).attach().equals(mode.attach())
                        && AfXdpStatistics.of(port).copy().equals(mode.copy()),
                () -> "asked for " + mode + ", got attach "
                        + AfXdpStatistics.of(port).attach() + ", "
                        + AfXdpStatistics.of(port).copy());
        return engine;
    }

    /** Returns the keys of a port whose chunks have this size and no alignment. */
    static String unaligned(int frameSize) {
        return "chunks = unaligned, huge-pages = on, frame-size = " + frameSize
                + ", frames = 4096, rings { fill = 2048 }";
    }

    PacketSocket sender() {
        PacketSocket socket = PacketSocket.open(wire);
        opened.add(socket);
        return socket;
    }

    <T extends AutoCloseable> T add(T resource) {
        opened.add(resource);
        return resource;
    }

    static PortStatistics port(Engine engine) {
        return engine.statistics().ports().getFirst();
    }

    /** Stops an engine and checks that each of its frames is in one counter and free again. */
    PortStatistics settled(Engine engine) {
        engine.close();
        EngineStatistics last = engine.statistics();
        PortStatistics port = last.ports().getFirst();
        check(port.unaccounted() == 0, () -> "frames in no counter: " + port);
        check(port.frames().free() == port.frames().total(), () -> "frames that did not come home: " + port);
        long arrived = port.get(PortCounter.RX_FRAMES)
                + port.kernel().rxDropped()
                + port.kernel().rxRingFull();
        check(AfXdpStatistics.of(port).matched() == arrived, () -> "accepted frames that arrived nowhere: " + port);
        return port;
    }

    static void check(boolean condition, Supplier<String> problem) {
        if (!condition) {
            throw new CaseFailedException(problem.get());
        }
    }

    static void checkEqual(long expected, long actual, Supplier<String> what) {
        check(expected == actual, () -> what.get() + ": " + actual + " instead of " + expected);
    }

    static void await(String what, BooleanSupplier condition) {
        for (int waitedMs = 0; !condition.getAsBoolean(); waitedMs++) {
            check(waitedMs < PATIENCE_MS, () -> "not within " + PATIENCE_MS + " ms: " + what);
            pause(1);
        }
    }

    /** Blocks a stage until the case lets it go on; an interrupt ends that, too. */
    static void awaitOpen(CountDownLatch open) {
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void pause(int durationMs) {
        try {
            Thread.sleep(durationMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaseFailedException("interrupted");
        }
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new CaseFailedException("closing " + resource + ": " + e);
            }
        }
    }
}
