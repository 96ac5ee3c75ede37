package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Lease;
import io.millrace.LeaseLimitException;
import io.millrace.afxdp.CrankedPort;
import io.millrace.ring.FrameAudit;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames that stages keep: they leave when they have passed and all leases are back, whichever comes last. */
class LeaseTest {
    private final Arena arena = Arena.ofShared();
    private final CrankedPort port = Crank.port(arena);
    private final List<Lease> leases = new ArrayList<>();

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private void assertBalanced(Crank crank, int leased) {
        FrameAudit audit = port.audit();
        crank.leases.audit(0, audit);
        assertEquals(leased, audit.count(FrameAudit.Place.LEASE));
        assertEquals(leased, crank.leases.kept(0));
        assertTrue(audit.balanced(), audit::toString);
    }

    @Test
    void shouldKeepFrameUntilItsLeaseIsClosed() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(1, 42);
        crank.turn();
        assertEquals(0, port.count(PortCounter.CONSUMED));
        assertBalanced(crank, 1);
        assertEquals(1, crank.leases.out());
        assertEquals(42, leases.getFirst().segment().get(ValueLayout.JAVA_BYTE, 0));
        leases.getFirst().close();
        assertEquals(1, crank.turn(), "a frame that comes home is work");
        assertEquals(1, port.count(PortCounter.CONSUMED));
        assertBalanced(crank, 0);
        assertEquals(0, crank.leases.out());
    }

    @Test
    void shouldLetFrameGoWhenLeaseWasClosedBeforeItPassed() {
        Crank crank = Crank.inline(port, frame -> frame.lease().close());
        port.arrive(1, 0);
        crank.turn();
        crank.turn();
        assertEquals(1, port.count(PortCounter.CONSUMED));
        assertBalanced(crank, 0);
    }

    @Test
    void shouldForwardLeasedFrameWhenItComesBack() {
        Crank crank = Crank.inline(port, frame -> {
            leases.add(frame.lease());
            frame.length(20);
            frame.forward(0);
        });
        port.arrive(1, 7);
        crank.turn();
        assertEquals(0, port.send().size());
        leases.getFirst().segment().set(ValueLayout.JAVA_BYTE, 1, (byte) 8);
        leases.getFirst().close();
        crank.turn();
        CrankedPort.Sent sent = port.send().getFirst();
        assertEquals(20, sent.bytes().length);
        assertEquals(7, sent.bytes()[0]);
        assertEquals(8, sent.bytes()[1], "what was written under the lease");
        assertEquals(1, port.count(PortCounter.FORWARDED));
        crank.turn();
        assertBalanced(crank, 0);
    }

    @Test
    void shouldKnowTheFrameOfALeaseAfterItsStartMoved() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()), frame -> {
            frame.prepend(10);
            leases.add(frame.lease());
            frame.forward(0);
        });
        port.arrive(1, 7);
        crank.turn();
        assertBalanced(crank, 1);
        assertEquals(7, leases.getFirst().segment().get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(7, leases.getLast().segment().get(ValueLayout.JAVA_BYTE, 10));
        leases.getFirst().close();
        crank.turn();
        assertEquals(0, port.send().size());
        leases.getLast().close();
        crank.turn();
        assertEquals(74, port.send().getFirst().bytes().length);
        crank.turn();
        assertBalanced(crank, 0);
        assertEquals(0, crank.leases.out());
    }

    @Test
    void shouldWaitForAllLeasesOfFrame() {
        Crank crank = Crank.inline(
                port,
                frame -> {
                    leases.add(frame.lease());
                    leases.add(frame.lease());
                },
                frame -> {
                    leases.add(frame.lease());
                    frame.drop();
                });
        port.arrive(1, 0);
        crank.turn();
        for (int i = 0; i < 3; i++) {
            assertEquals(0, port.count(PortCounter.DROPPED_BY_STAGE));
            leases.get(i).close();
            leases.get(i).close(); // closing twice has the effect of closing once
            crank.turn();
        }
        assertEquals(1, port.count(PortCounter.DROPPED_BY_STAGE));
        assertBalanced(crank, 0);
    }

    @Test
    void shouldRefuseMoreLeasesThanConfiguredAndGoOn() {
        Crank crank = new Crank(2, port).inline(frame -> leases.add(frame.lease()));
        port.arrive(5, 0);
        crank.turn();
        assertEquals(2, leases.size());
        assertEquals(3, crank.failures.size());
        assertInstanceOf(LeaseLimitException.class, crank.failures.getFirst());
        assertEquals(0, crank.failures.getFirst().getStackTrace().length);
        assertEquals(3, port.count(PortCounter.DROPPED_BY_STAGE));
        leases.forEach(Lease::close);
        crank.turn();
        port.arrive(1, 0);
        crank.turn();
        assertEquals(3, leases.size(), "there is one again");
        assertBalanced(crank, 1);
    }

    @Test
    void shouldThrowFromSegmentOfClosedLease() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(1, 0);
        crank.turn();
        leases.getFirst().close();
        assertThrows(IllegalStateException.class, () -> leases.getFirst().segment());
    }

    @Test
    void shouldOutliveTheEngineWithoutHarm() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(8, 0);
        crank.turn();
        port.arrive(8, 0);
        crank.turn();
        assertEquals(16, leases.size());
        assertBalanced(crank, 16);
        MemorySegment segment = leases.getFirst().segment();
        arena.close();
        assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
        // the most leases that can be open: nobody takes them back any more, and closing does not wait
        leases.forEach(Lease::close);
        leases.forEach(Lease::close);
    }

    @Test
    void shouldShowItsBytesAsAgronasBufferUntilTheLeaseIsClosed() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(2, 42);
        crank.turn();
        Lease lease = leases.getFirst();
        MutableDirectBuffer buffer = lease.buffer();
        assertSame(buffer, lease.buffer());
        assertSame(buffer, lease.buffer(0));
        assertEquals(lease.segment().byteSize(), buffer.capacity());
        assertEquals(42, buffer.getByte(0));
        buffer.putByte(1, (byte) 7);
        assertEquals(7, lease.segment().get(ValueLayout.JAVA_BYTE, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(buffer.capacity()));
        assertThrows(IndexOutOfBoundsException.class, () -> lease.buffer(1));
        assertThrows(UnsupportedOperationException.class, () -> buffer.wrap(1L, 1));
        lease.close();
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(0));
        assertThrows(IllegalStateException.class, lease::buffer);
        assertThrows(IllegalStateException.class, lease::segmentCount);
        assertEquals(43, leases.getLast().buffer().getByte(0), "another lease is still open");
    }

    @Test
    void shouldTakeTheBytesFromBuffersOfLeasesWhenTheEngineEnds() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(2, 42);
        crank.turn();
        MutableDirectBuffer buffer = leases.getFirst().buffer();
        crank.leases.revokeBuffers();
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(0));
        assertThrows(IllegalStateException.class, () -> leases.getLast().buffer());
        leases.forEach(Lease::close);
    }

    /** What later stages do to the ends of a frame does not change an earlier lease. */
    @Test
    void shouldShowTheFrameAsItWasWhenTheLeaseWasTaken() {
        Crank crank = Crank.inline(port, frame -> {
            leases.add(frame.lease());
            frame.trimFront(10);
            frame.length(20);
        });
        port.arrive(1, 42);
        crank.turn();
        Lease lease = leases.getFirst();
        assertEquals(64, lease.segment().byteSize());
        assertEquals(64, lease.buffer().capacity());
        assertEquals(42, lease.buffer().getByte(0));
    }

    @Test
    void shouldTellWhereLeasesWereTaken() {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        port.arrive(2, 0);
        crank.turn();
        leases.getFirst().close();
        List<Throwable> places = new ArrayList<>();
        crank.leases.forEachTracked(places::add);
        assertEquals(1, places.size());
        assertTrue(List.of(places.getFirst().getStackTrace()).toString().contains("LeaseTest"));
    }

    @Test
    void shouldSettleLeasesThatOtherThreadsClose() throws Exception {
        Crank crank = Crank.inline(port, frame -> leases.add(frame.lease()));
        long rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            port.arrive(4, 0);
            crank.turn();
            List<Lease> taken = List.copyOf(leases);
            leases.clear();
            Thread first = Thread.ofPlatform().start(() -> taken.subList(0, 2).forEach(Lease::close));
            taken.subList(2, taken.size()).forEach(Lease::close);
            taken.forEach(Lease::close);
            first.join();
            crank.turn();
        }
        assertEquals(rounds * 4, port.count(PortCounter.CONSUMED));
        assertBalanced(crank, 0);
    }
}
