package io.millrace.lab.system;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.net.VethPair;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Some flows at a time, sent by turns until stopped, and never so far ahead that either end would have to drop. */
final class Flows implements Stage, AutoCloseable {
    private static final int BURST = 16;
    private static final int MOST_ON_THEIR_WAY = 100;
    private static final long PAUSE_NS = 500_000;
    private static final long DEADLINE_MS = 10_000;
    private static final int DESTINATION_PORT_BEFORE_PAYLOAD = 6;

    private final List<Flow> flows;
    private CompletableFuture<Void> run;
    private volatile boolean ended;

    Flows(VethPair pair, int... ports) {
        flows = IntStream.of(ports).mapToObj(port -> new Flow(pair, port)).toList();
    }

    void start() {
        run = Await.background(() -> {
            while (!ended) {
                for (int i = 0; i < BURST; i++) {
                    flows.forEach(Flow::send);
                }
                do {
                    LockSupport.parkNanos(PAUSE_NS);
                } while (!ended && flows.stream().anyMatch(flow -> flow.onTheirWay() > MOST_ON_THEIR_WAY));
            }
            return null;
        });
    }

    /** Ends the sending, and waits until all that was sent has come out. */
    void stop() {
        ended = true;
        run.join();
        Await.until(
                () -> "everything came out: " + flows,
                () -> flows.stream().allMatch(flow -> flow.atEngine() + flow.atKernel() >= flow.sent()),
                DEADLINE_MS);
        flows.forEach(Flow::assertComplete);
    }

    Flow to(int port) {
        return flows.stream().filter(flow -> flow.port() == port).findFirst().orElseThrow();
    }

    @Override
    public void onFrame(Frame frame) {
        int payload = frame.payloadOffset();
        int port = frame.buffer().getShort(payload - DESTINATION_PORT_BEFORE_PAYLOAD, ByteOrder.BIG_ENDIAN) & 0xffff;
        to(port).atEngine(frame.buffer().getInt(payload, ByteOrder.BIG_ENDIAN));
    }

    @Override
    public void close() {
        ended = true;
        if (run != null) {
            run.handle((nothing, failure) -> null).join();
        }
        flows.forEach(Flow::close);
    }
}
