package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StageRunner;
import io.millrace.spi.Port;
import io.millrace.spi.WarmUpPort;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The port that is warmed up: it goes the ways that a real one goes. */
class LoopbackPortTest {
    private static final int CYCLES = 1_000;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"false, ALIGNED", "true, ALIGNED", "false, UNALIGNED", "true, UNALIGNED"})
    void shouldReceiveABurstATurnForEver(boolean segmented, Chunks chunks) {
        LoopbackPort loopback = new LoopbackPort(arena, List.of(new byte[64], new byte[64]), 64, segmented, chunks);
        Port[] ports = {loopback.port()};
        Pipeline pipeline = new InlinePipeline(new StageRunner[0], new Outlet(ports, new LeaseRegistry(1, 2, false)));
        Poller poller = new Poller(ports, pipeline, loopback.loops());
        poller.doWork(); // offers frames to receive into
        for (int i = 0; i < CYCLES; i++) {
            loopback.needWakeUp(i % 63 == 0);
            loopback.turn();
            poller.doWork();
        }
        long received = loopback.port().counters().get(PortCounter.RX_FRAMES);
        assertTrue(received > CYCLES * (WarmUpPort.BURST - 1L), () -> received + " frames");
        assertEquals(received, loopback.port().counters().get(PortCounter.CONSUMED));
        long twoSegments = loopback.port().counters().get(PortCounter.RX_MULTI_BUFFER);
        assertEquals(segmented, twoSegments > received / 3, () -> twoSegments + " of " + received);
    }
}
