package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An exception of a stage only concerns its frame. */
class StageRunnerTest {
    private final Arena arena = Arena.ofConfined();
    private final CrankedPort port = Crank.port(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    /** Throws for odd frames, and at the end of each batch and life if told to. */
    private static final class Thrower implements Stage {
        private final RuntimeException thrown = new IllegalStateException("odd");
        private boolean alsoAtTheEnd;
        private int batches;
        private int stops;

        @Override
        public void onFrame(Frame frame) {
            if (frame.buffer().getByte(0) % 2 == 1) {
                frame.forward(0); // a verdict before the exception does not count
                throw thrown;
            }
        }

        @Override
        public void onBatchEnd() {
            batches++;
            throwIfTold();
        }

        @Override
        public void onStop() {
            stops++;
            throwIfTold();
        }

        private void throwIfTold() {
            if (alsoAtTheEnd) {
                throw thrown;
            }
        }
    }

    @Test
    void shouldDropAndCountTheFrameThatStageThrewFor() {
        Thrower thrower = new Thrower();
        Crank crank = Crank.inline(port, thrower, frame -> {});
        port.arrive(7, 0);
        crank.turn();
        assertEquals(3, crank.failures.size());
        assertSame(thrower.thrown, crank.failures.getFirst());
        assertEquals(7, crank.runners.getFirst().statistics().frames());
        assertEquals(3, crank.runners.getFirst().statistics().errors());
        assertEquals(4, crank.runners.get(1).statistics().frames(), "the next stage sees the others");
        assertEquals(3, port.count(PortCounter.DROPPED_BY_STAGE));
        assertEquals(4, port.count(PortCounter.CONSUMED));
        assertEquals(0, port.count(PortCounter.TX_FRAMES));
        assertEquals(1, thrower.batches);
    }

    @Test
    void shouldGoOnWhenTheEndOfBatchThrows() {
        Thrower thrower = new Thrower();
        thrower.alsoAtTheEnd = true;
        Crank crank = Crank.inline(port, thrower);
        for (int i = 0; i < 3; i++) {
            port.arrive(2, 0);
            crank.turn();
        }
        assertEquals(3, thrower.batches);
        assertEquals(6, crank.failures.size());
        crank.runners.getFirst().stop();
        assertEquals(1, thrower.stops);
        assertEquals(7, crank.failures.size());
    }

    @Test
    void shouldTellNoBatchEndWithoutFrames() {
        Thrower thrower = new Thrower();
        Crank crank = Crank.inline(port, Frame::drop, thrower);
        port.arrive(4, 0);
        crank.turn();
        crank.turn();
        assertEquals(0, thrower.batches);
    }

    @Test
    void shouldEndAnInterruptWithItsBatch() {
        Crank crank = Crank.inline(port, frame -> Thread.currentThread().interrupt());
        port.arrive(4, 0);
        crank.turn();
        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldOverruleVerdictsWhenItAbandons() {
        Crank crank = Crank.inline(port, Frame::drop, frame -> {});
        port.arrive(1, 0);
        crank.turn();
        crank.stop.abandon();
        port.arrive(2, 0);
        crank.turn();
        assertEquals(1, port.count(PortCounter.DROPPED_BY_STAGE));
        assertEquals(2, port.count(PortCounter.DROPPED_AT_STOP));
    }
}
