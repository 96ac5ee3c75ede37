package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.config.EngineConfig;
import io.millrace.core.path.FrameResources;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Outstanding;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StagePlace;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StopSignal;
import io.millrace.spi.Port;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.PortCounter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The TCP port that is warmed up: connections come, are answered, and go, and nothing of it is left. */
class LoopbackStreamsTest {
    private static final EngineConfig CONFIG = EngineConfig.parse(
            "millrace { ports { p { type = tcp, bind = \"127.0.0.1:1\" } }, pipeline = [{ stage = forward, to"
                    + " = p }] }");
    private static final int CYCLES = 400;
    private static final int MESSAGE = 64;

    private final LoopbackStreams streams =
            LoopbackStreams.open(CONFIG.engine(), CONFIG.ports().getFirst(), new byte[MESSAGE]);
    private final Port[] ports = {streams.port()};
    private final LeaseRegistry leases = new LeaseRegistry(1, 2, false);
    private final Pipeline pipeline = new InlinePipeline(new StageRunner[] {echo()}, new Outlet(ports, leases));
    private final Poller poller = new Poller(ports, pipeline, streams.loops());

    private StageRunner echo() {
        return new StageRunner(
                "echo",
                frame -> frame.forward(0),
                new StagePlace(0, 0, false),
                new FrameResources(ports, leases, new StopSignal()),
                new EngineCounters(0, 1, 0),
                (name, lost, failure) -> {});
    }

    private long count(PortCounter counter) {
        return streams.port().counters().get(counter);
    }

    private static long openDescriptors() throws Exception {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    @AfterEach
    void close() {
        streams.end(pipeline);
        streams.close();
    }

    @Test
    void shouldAcceptAnswerAndSeeClientsLeave() {
        for (int i = 0; i < CYCLES; i++) {
            streams.turn();
            poller.doWork();
        }
        assertTrue(count(PortCounter.ACCEPTED) > CYCLES / 64, "one comes every 32 turns");
        assertTrue(count(PortCounter.CLOSED) + count(PortCounter.FAILED) > CYCLES / 64, "and one goes");
        assertTrue(count(PortCounter.TX_BYTES) > CYCLES * MESSAGE, "a message for each client and turn");
    }

    @Test
    void shouldSendBeforeItWaits() {
        IdleStrategy idle = streams.newWait(new Outstanding(pipeline, leases, ports));
        int worked = 0;
        for (int i = 0; i < CYCLES; i++) {
            int work = poller.doWork();
            worked += work > 0 ? 1 : 0;
            idle.idle(work);
        }
        assertTrue(worked > CYCLES / 4, "of " + CYCLES + " cycles only " + worked + " had work");
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        long before = openDescriptors();
        LoopbackStreams other =
                LoopbackStreams.open(CONFIG.engine(), CONFIG.ports().getFirst(), new byte[MESSAGE]);
        Port[] itsPorts = {other.port()};
        Pipeline itsPipeline = new InlinePipeline(new StageRunner[] {echo()}, new Outlet(itsPorts, leases));
        Poller its = new Poller(itsPorts, itsPipeline, other.loops());
        for (int i = 0; i < CYCLES; i++) {
            other.turn();
            its.doWork();
        }
        other.end(itsPipeline);
        other.close();
        assertEquals(before, openDescriptors());
    }

    /** As when the threads of the warm-up can't be started. */
    @Test
    void shouldLeaveNothingBehindThoughItNeverRan() throws Exception {
        long before = openDescriptors();
        LoopbackStreams.open(CONFIG.engine(), CONFIG.ports().getFirst(), new byte[MESSAGE])
                .close();
        assertEquals(before, openDescriptors());
    }
}
