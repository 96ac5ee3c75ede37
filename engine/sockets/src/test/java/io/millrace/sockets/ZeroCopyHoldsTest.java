package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.spi.FrameHolders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A frame whose send was not copied stays until the kernel says so, and each hold is known by a number of its own. */
class ZeroCopyHoldsTest {
    private static final FrameHolders NOBODY = (portId, audit) -> {};

    private final StreamCrank crank = new StreamCrank(8, 4, null);
    private final ZeroCopyHolds holds = new ZeroCopyHolds(crank.frames, 2);

    @AfterEach
    void close() {
        crank.close();
    }

    @Test
    void shouldKeepFrameUntilItsLastHoldIsGone() {
        StreamConnection connection = crank.connection();
        long frame = crank.frames.take();
        int one = holds.take(connection, frame);
        int other = holds.take(connection, frame + 100);
        assertNotEquals(one, other);
        assertEquals(-1, holds.take(connection, frame), "as many as allowed");
        assertEquals(connection.index, holds.connection(other));
        crank.frames.release(frame);
        holds.release(one);
        assertEquals(7, crank.frames.empty());
        assertEquals(1, holds.held());
        assertEquals(
                0,
                crank.frames
                        .census(0, "p", NOBODY, (portId, audit) -> holds.audit(audit))
                        .lost());
        holds.release(other);
        assertEquals(0, holds.held());
        assertEquals(8, crank.frames.empty());
        assertEquals(
                0,
                crank.frames
                        .census(0, "p", NOBODY, (portId, audit) -> holds.audit(audit))
                        .lost());
    }

    @Test
    void shouldHaveNoneWhenSwitchedOff() {
        assertEquals(-1, new ZeroCopyHolds(crank.frames, 0).take(crank.connection(), 0));
    }
}
