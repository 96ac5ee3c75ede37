package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.PipelineStub;
import io.millrace.ring.BufferRing;
import io.millrace.ring.CompletionQueue;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of each completion of a receive, made up by the test; the ring is never submitted. */
class DatagramReceiverTest {
    private static final InetSocketAddress SOMEONE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1_234);
    private static final int BUFFERS = 8;
    private static final int ENOBUFS = 105;
    private static final int ECANCELED = 125;
    private static final int EIO = 5;
    private static final int MSG_TRUNC = 0x20;

    private final Arena arena = Arena.ofConfined();
    private final Datagrams datagrams = new Datagrams(arena, SOMEONE, false, false, true);
    private final PortCounters counters = new PortCounters(new EngineCounters(), "p");
    private final UringDevice device = UringOpener.open(UringKeysTest.ring(8, 16), new EngineCounters());
    private final SocketFrames frames = new SocketFrames(
            datagrams.umem(),
            new UringDevice.ProvidedBuffers(
                    new BufferRing(arena.allocate(BUFFERS * BufferRing.ENTRY_LENGTH, 4096), datagrams.umem(), BUFFERS),
                    0));
    private final DatagramReceiver receiver = new DatagramReceiver(
            device.uring(),
            frames,
            datagrams.layout(),
            datagrams.layout().newHeader(arena),
            counters,
            0,
            0,
            UdpPort.RECEIVE);
    private final Line line = new Line();

    /** A pipeline that takes as many as there is room for. */
    private static final class Line extends PipelineStub {
        private final List<Long> addresses = new ArrayList<>();
        private final List<Integer> lengths = new ArrayList<>();

        Line() {
            super(100);
        }

        @Override
        public void frame(int portId, int queue, int connection, long address, int length) {
            room--;
            addresses.add(address);
            lengths.add(length);
        }

        @Override
        public int inFlight() {
            return addresses.size();
        }
    }

    @BeforeEach
    void arm() {
        frames.refill();
        receiver.arm();
        assertEquals(1, receiver.underWay());
    }

    @AfterEach
    void close() {
        device.abandon();
        arena.close();
    }

    /** Frame n was received into; buffers are used in their order. */
    private boolean complete(int buffer, int payloadLength, int more) {
        return receiver.onCompletion(
                datagrams.layout().payloadOffset() + payloadLength, buffer << 16 | CompletionQueue.BUFFER | more, line);
    }

    private boolean arrive(int buffer, int payloadLength, int segment) {
        Datagrams.Arrival arrival = datagrams.arrive(buffer).from(SOMEONE);
        (segment == 0 ? arrival : arrival.coalesced(segment)).with(new byte[payloadLength]);
        return complete(buffer, payloadLength, CompletionQueue.MORE);
    }

    private long count(PortCounter counter) {
        receiver.flushCounters();
        return counters.get(counter);
    }

    private long free() {
        return frames.estimate(0, 0).free();
    }

    @Test
    void shouldHandOnEachDatagram() {
        assertTrue(arrive(0, 100, 0));
        assertTrue(arrive(1, 0, 0));
        assertEquals(List.of(100, 0), line.lengths);
        assertEquals(Datagrams.FRAME_SIZE + datagrams.layout().payloadOffset(), line.addresses.get(1));
        assertEquals(2, count(PortCounter.RX_FRAMES));
        assertEquals(100, count(PortCounter.RX_BYTES));
        assertEquals(1, receiver.underWay(), "it goes on");
        assertEquals(0, count(PortCounter.RX_COALESCED));
    }

    @Test
    void shouldCutCoalescedBuffers() {
        arrive(0, 250, 100);
        assertEquals(List.of(100, 100, 50), line.lengths);
        assertEquals(100, line.addresses.get(1) - line.addresses.get(0));
        assertEquals(3, count(PortCounter.RX_FRAMES));
        assertEquals(3, count(PortCounter.RX_COALESCED));
        for (int i = 0; i < 3; i++) {
            assertEquals(0, free(), "held until the last one has left");
            frames.release(line.addresses.get(i));
        }
        assertEquals(1, free());
    }

    @Test
    void shouldTakeBufferWithOneSegmentForOneDatagram() {
        arrive(0, 100, 100);
        arrive(1, 60, 100);
        assertEquals(List.of(100, 60), line.lengths);
        assertEquals(0, count(PortCounter.RX_COALESCED));
    }

    @Test
    void shouldHandOnTheRestWhenThereIsRoom() {
        line.room = 1;
        assertFalse(arrive(0, 350, 100));
        assertFalse(receiver.resume(line));
        line.room = 2;
        assertFalse(receiver.resume(line));
        line.room = 1;
        assertTrue(receiver.resume(line));
        assertEquals(List.of(100, 100, 100, 50), line.lengths);
        assertEquals(4, count(PortCounter.RX_FRAMES));
        line.room = 0;
        assertFalse(arrive(1, 10, 0));
        line.room = 1;
        assertTrue(receiver.resume(line));
        assertEquals(5, count(PortCounter.RX_FRAMES));
    }

    @Test
    void shouldGiveUpTheRestAtTheEndAndCountIt() {
        line.room = 1;
        assertFalse(arrive(0, 350, 100));
        receiver.quiesce();
        assertEquals(4, count(PortCounter.RX_FRAMES));
        assertEquals(350, count(PortCounter.RX_BYTES));
        assertEquals(3, count(PortCounter.DROPPED_AT_STOP));
        frames.release(line.addresses.getFirst());
        assertEquals(1, free());
        receiver.quiesce();
        assertEquals(3, count(PortCounter.DROPPED_AT_STOP), "once");
    }

    @Test
    void shouldCountEveryDatagramThatComesTooLate() {
        receiver.quiesce();
        assertTrue(arrive(0, 350, 100));
        assertTrue(arrive(1, 20, 0));
        assertTrue(receiver.onCompletion(-ECANCELED, 0, line));
        assertEquals(0, receiver.underWay());
        assertEquals(List.of(), line.lengths);
        assertEquals(5, count(PortCounter.RX_FRAMES));
        assertEquals(370, count(PortCounter.RX_BYTES));
        assertEquals(5, count(PortCounter.DROPPED_AT_STOP));
        assertEquals(2, free());
        receiver.arm();
        assertEquals(0, receiver.underWay(), "never again");
    }

    @Test
    void shouldDropAndCountWhatWasTooLong() {
        datagrams.arrive(0).from(SOMEONE).flags(MSG_TRUNC).with(new byte[500]);
        assertTrue(complete(0, 500, CompletionQueue.MORE));
        assertTrue(receiver.onCompletion(10, 1 << 16 | CompletionQueue.BUFFER | CompletionQueue.MORE, line));
        assertEquals(2, count(PortCounter.RX_TRUNCATED));
        assertEquals(0, count(PortCounter.RX_FRAMES));
        assertEquals(2, free());
    }

    /** The last completion of a receive may carry a datagram, or say that there was no buffer. */
    @Test
    void shouldStartAgainWhenItHasEnded() {
        datagrams.arrive(0).from(SOMEONE).with(new byte[7]);
        assertTrue(complete(0, 7, 0));
        assertEquals(List.of(7), line.lengths);
        assertEquals(0, receiver.underWay());
        receiver.arm();
        assertEquals(1, receiver.underWay());
        receiver.onCompletion(-ENOBUFS, 0, line);
        assertEquals(1, count(PortCounter.RX_NO_BUFFER));
        assertEquals(2, count(PortCounter.RX_REARMED));
        receiver.arm();
        assertEquals(1, receiver.underWay());
    }

    @Test
    void shouldNotStartWithoutFrames() {
        for (int i = 0; i < BUFFERS; i++) {
            arrive(i, 1, 0);
        }
        receiver.onCompletion(-ENOBUFS, 0, line);
        receiver.arm();
        assertEquals(0, receiver.underWay());
        frames.release(line.addresses.getFirst());
        frames.refill();
        receiver.arm();
        assertEquals(1, receiver.underWay());
    }

    @Test
    void shouldPauseAfterErrorThatNobodyExpects() throws InterruptedException {
        receiver.onCompletion(-EIO, 0, line);
        receiver.arm();
        assertEquals(0, receiver.underWay());
        Thread.sleep(20);
        receiver.arm();
        assertEquals(1, receiver.underWay());
    }
}
