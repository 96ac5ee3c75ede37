package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.CrankedPort;
import io.millrace.afxdp.CrankedPort.Sent;
import io.millrace.ring.FrameAudit;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a frame goes at the end of the pipeline, in which counter it is, and that its memory comes home. */
class OutletTest {
    private final Arena arena = Arena.ofConfined();
    private final CrankedPort port = Crank.port(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    private static byte[] frame(int length) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = (byte) i;
        }
        return frame;
    }

    private void assertHome(CrankedPort home) {
        assertTrue(home.audit().balanced(), () -> home.audit().toString());
        assertEquals(0, home.port().txInFlight());
    }

    @Test
    void shouldConsumeFrameWithoutVerdict() {
        Crank crank = Crank.inline(port, frame -> {});
        port.arrive(frame(64));
        crank.turn();
        assertEquals(1, port.count(PortCounter.RX_FRAMES));
        assertEquals(64, port.count(PortCounter.RX_BYTES));
        assertEquals(1, port.count(PortCounter.CONSUMED));
        assertHome(port);
    }

    @Test
    void shouldCountFramesOfOneBatchThatGoDifferentWays() {
        Crank crank = Crank.inline(port, frame -> {
            if (frame.length() > 64) {
                frame.drop();
            }
        });
        for (int length : new int[] {64, 65, 65, 64, 64, 65}) {
            port.arrive(frame(length));
        }
        crank.turn();
        assertEquals(3, port.count(PortCounter.CONSUMED));
        assertEquals(3, port.count(PortCounter.DROPPED_BY_STAGE));
        assertHome(port);
    }

    /** A stage that never returns: what had left before is counted when the engine gives the poller up. */
    @Test
    void shouldCountWhatHadLeftWhenBatchDoesNotEnd() {
        long[] seen = {0, -1};
        Crank[] crank = new Crank[1];
        crank[0] = Crank.inline(port, frame -> {
            if (++seen[0] == 3) {
                ((InlinePipeline) crank[0].pipeline)
                        .audit(1, new FrameAudit(port.port().umem()));
                seen[1] = port.count(PortCounter.CONSUMED);
            }
        });
        for (int i = 0; i < 4; i++) {
            port.arrive(frame(64));
        }
        crank[0].turn();
        assertEquals(2, seen[1]);
        assertEquals(4, port.count(PortCounter.CONSUMED));
    }

    @Test
    void shouldDropFrameThatStageDrops() {
        Crank crank = Crank.inline(port, frame -> frame.drop(), frame -> frame.forward(0));
        port.arrive(frame(64));
        crank.turn();
        assertEquals(1, port.count(PortCounter.DROPPED_BY_STAGE));
        assertEquals(0, crank.runners.get(1).statistics().frames(), "the next stage does not see it");
        assertHome(port);
    }

    @Test
    void shouldSendTheVeryChunkThatWasReceived() {
        long[] seen = new long[1];
        Crank crank = Crank.inline(port, frame -> {
            seen[0] = frame.address();
            frame.buffer().putByte(5, (byte) 77);
            frame.length(60);
            frame.forward(0);
        });
        port.arrive(frame(64));
        crank.turn();
        List<Sent> sent = port.send();
        byte[] expected = frame(60);
        expected[5] = 77;
        assertEquals(1, sent.size());
        assertEquals(seen[0], sent.getFirst().address(), "TX descriptor names the address that the stage saw");
        assertArrayEquals(expected, sent.getFirst().bytes());
        assertEquals(1, port.port().txInFlight());
        crank.turn();
        assertEquals(1, port.count(PortCounter.FORWARDED));
        assertEquals(1, port.count(PortCounter.TX_FRAMES));
        assertEquals(60, port.count(PortCounter.TX_BYTES));
        assertHome(port);
    }

    @Test
    void shouldCountFramesThatFindNoRoomInTheTxRing() {
        CrankedPort small = new CrankedPort(arena, 0, 32, 4, 4);
        Crank crank = Crank.inline(small, frame -> frame.forward(0));
        for (int i = 0; i < 3; i++) {
            assertEquals(4, small.arrive(4, 0));
            crank.turn();
        }
        assertEquals(4, small.count(PortCounter.FORWARDED));
        assertEquals(8, small.count(PortCounter.DROPPED_TX_FULL));
        assertEquals(4, small.send().size());
        crank.turn();
        small.arrive(4, 0);
        crank.turn();
        assertEquals(8, small.count(PortCounter.FORWARDED), "room again");
        small.send();
        crank.turn();
        assertHome(small);
    }

    @Test
    void shouldRefuseToSendWhatNoFrameCanBe() {
        int[] lengths = {0, 13, 14};
        int[] next = {0};
        Crank crank = Crank.inline(port, frame -> {
            frame.length(lengths[next[0]++]);
            frame.forward(0);
        });
        port.arrive(3, 0);
        crank.turn();
        assertEquals(2, port.count(PortCounter.DROPPED_INVALID));
        assertEquals(1, port.count(PortCounter.FORWARDED));
        assertEquals(14, port.send().getFirst().bytes().length);
    }

    @Test
    void shouldCopyToAnotherPort() {
        CrankedPort other = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(16, port, other).inline(frame -> frame.forward(1));
        port.arrive(frame(100));
        crank.turn();
        assertHome(port);
        assertEquals(0, port.count(PortCounter.TX_FRAMES));
        assertEquals(1, port.count(PortCounter.FORWARDED));
        assertEquals(1, other.count(PortCounter.COPIED));
        assertEquals(1, other.count(PortCounter.TX_FRAMES));
        assertArrayEquals(frame(100), other.send().getFirst().bytes());
        crank.turn();
        assertHome(other);
    }

    @Test
    void shouldSendTheVeryChunkByAPortOfTheSameMemory() {
        CrankedPort other = CrankedPort.sharing(arena, 1, port, 4, 8);
        long[] seen = new long[1];
        Crank crank = new Crank(16, port, other).inline(frame -> {
            seen[0] = frame.address();
            frame.forward(1);
        });
        assertEquals(5, port.arrive(5, 0));
        crank.turn();
        assertEquals(4, port.count(PortCounter.FORWARDED));
        assertEquals(1, port.count(PortCounter.DROPPED_TX_FULL), "its TX ring has 4 entries");
        assertEquals(0, other.count(PortCounter.COPIED));
        List<Sent> sent = other.send();
        assertEquals(4, sent.size());
        assertEquals(seen[0] - 4096, sent.get(2).address());
        crank.turn();
        assertTrue(port.audit(other).balanced(), () -> port.audit(other).toString());
    }

    @Test
    void shouldCountFramesThatAreTooLongForTheOtherPort() {
        CrankedPort large = CrankedPort.withLargeFrames(arena, 0, 32, 16, 8);
        CrankedPort other = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(16, large, other).inline(frame -> frame.forward(1));
        large.arrive(frame(2049));
        large.arrive(frame(2048));
        crank.turn();
        assertEquals(1, large.count(PortCounter.DROPPED_INVALID));
        assertEquals(1, large.count(PortCounter.FORWARDED));
        assertArrayEquals(frame(2048), other.send().getFirst().bytes());
        assertHome(large);
    }

    @Test
    void shouldKeepTheFrameWhenTheOtherPortHasNoFrameToCopyTo() {
        CrankedPort other = new CrankedPort(arena, 1, 16, 16, 8); // all of them are in its fill ring
        Crank crank = new Crank(16, port, other).inline(frame -> frame.forward(1));
        port.arrive(frame(100));
        crank.turn();
        assertEquals(1, port.count(PortCounter.DROPPED_TX_FULL));
        assertEquals(0, other.count(PortCounter.COPIED));
        assertHome(port);
        assertHome(other);
    }

    @Test
    void shouldGiveTheCopyBackWhenTheOtherPortHasNoRoom() {
        CrankedPort other = new CrankedPort(arena, 1, 64, 4, 4);
        Crank crank = new Crank(16, port, other).inline(frame -> frame.forward(1));
        port.arrive(8, 0);
        crank.turn();
        assertEquals(4, port.count(PortCounter.FORWARDED));
        assertEquals(4, port.count(PortCounter.DROPPED_TX_FULL));
        assertEquals(4, other.count(PortCounter.COPIED));
        assertHome(port);
        assertEquals(4, other.send().size());
        crank.turn();
        assertHome(other);
    }

    @Test
    void shouldLetTheLaterForwardWin() {
        CrankedPort other = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(16, port, other).inline(frame -> frame.forward(1), frame -> frame.forward(0));
        port.arrive(frame(64));
        crank.turn();
        assertEquals(1, port.send().size());
        assertEquals(0, other.send().size());
    }

    @Test
    void shouldCountWhatIsAbandonedAtStopApart() {
        Crank crank = Crank.inline(port, frame -> frame.forward(0));
        port.arrive(3, 0);
        crank.stop.abandon();
        crank.turn();
        assertEquals(3, port.count(PortCounter.DROPPED_AT_STOP));
        assertEquals(0, port.count(PortCounter.DROPPED_BY_STAGE));
        assertEquals(0, crank.runners.getFirst().statistics().frames());
        assertHome(port);
    }
}
