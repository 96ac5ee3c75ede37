package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;

/** Checks what the counters of a closed engine must say, whatever happened to it. */
final class Accounts {
    private Accounts() {}

    /** Checks that every frame is in exactly one counter, and every frame of the memory in exactly one place. */
    static void assertSettled(EngineStatistics statistics) {
        for (PortStatistics port : statistics.ports()) {
            if (port.details() instanceof AfXdpStatistics xdp) {
                assertEquals(
                        xdp.matched(),
                        port.get(PortCounter.RX_FRAMES)
                                + port.kernel().rxDropped()
                                + port.kernel().rxRingFull(),
                        () -> "frames that XDP accepted: " + port);
            }
            assertEquals(0, port.unaccounted(), () -> "frames without a counter: " + port);
            FrameCensus frames = port.frames();
            assertEquals(0, frames.lost(), port::toString);
            int held = frames.inRings() + frames.inStages() + frames.leased() + frames.following();
            if (port.get(PortCounter.RX_COALESCED) == 0) {
                assertEquals(frames.total(), frames.free() + held, port::toString);
            } else { // several of those held may share memory
                assertTrue(frames.free() <= frames.total() - (held == 0 ? 0 : 1), port::toString);
                assertTrue(frames.free() >= frames.total() - held, port::toString);
            }
        }
    }

    /** Also checks that nothing is held by anyone any more. */
    static void assertHome(EngineStatistics statistics) {
        assertSettled(statistics);
        for (PortStatistics port : statistics.ports()) {
            assertEquals(port.frames().total(), port.frames().free(), port::toString);
        }
    }

    static long frames(PortStatistics port, PortCounter... counters) {
        long sum = 0;
        for (PortCounter counter : counters) {
            sum += port.get(counter);
        }
        return sum;
    }
}
