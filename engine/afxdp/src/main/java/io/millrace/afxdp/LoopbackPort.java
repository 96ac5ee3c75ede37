package io.millrace.afxdp;

import io.millrace.ring.EarlyDrop;
import io.millrace.ring.KernelSide;
import io.millrace.ring.Umem;
import io.millrace.spi.EventLoop;
import io.millrace.spi.Port;
import io.millrace.spi.PortLink;
import io.millrace.spi.WarmUpPort;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * An AF_XDP port over plain memory and a simulated kernel: each frame offered comes back as a received one, each frame
 * sent is completed. It runs the very code of a real port with no interface, which is what warming up needs. Used by
 * one thread only.
 */
public final class LoopbackPort implements WarmUpPort {
    private static final int ENTRIES = 256;
    private static final int FRAME_SIZE = 2048;
    private static final int NO_SOCKET = -1;
    private static final int SEGMENTS = 2;
    private static final long PAGE = 4096;

    private final KernelSide kernel;
    private final MemorySegment packet;
    /** A frame of two segments, which both have the same bytes. */
    private final MemorySegment twoSegments;

    private final boolean segmented;
    private int received;
    private final AfXdpPort port;

    /**
     * @param arena     owns the memory
     * @param template  the bytes of every frame received
     * @param batch     the most frames received in one go
     * @param segmented whether frames may have several segments; half of them have two then, each with these bytes
     */
    public LoopbackPort(Arena arena, byte[] template, int batch, boolean segmented) {
        this.segmented = segmented;
        this.packet = arena.allocateFrom(ValueLayout.JAVA_BYTE, template);
        this.twoSegments = arena.allocate(SEGMENTS * packet.byteSize());
        twoSegments.copyFrom(packet);
        twoSegments.asSlice(packet.byteSize()).copyFrom(packet);
        Umem umem = Umem.over(arena.allocate((long) 2 * ENTRIES * FRAME_SIZE, PAGE), FRAME_SIZE);
        this.kernel = KernelSide.of(arena, umem, ENTRIES);
        PortCounters counters = new PortCounters(new EngineCounters(), "loopback");
        XdpRings rings = new XdpRings(kernel.fillRing(), kernel.rxRing(), kernel.txRing(), kernel.completionRing());
        UmemUsers users = new UmemUsers(new PortMemory(umem, segmented, false));
        XdpQueue queue = XdpQueue.over(0, NO_SOCKET, rings, users.memory(), counters, batch, WakeUps.ON_DEMAND);
        // a gate that is shut and opened by turns
        queue.earlyDrop(new EarlyDrop(arena.allocate(ValueLayout.JAVA_INT), BURST));
        PortQueues queues = PortQueues.over(arena, SEGMENTS, queue).withPartialChecksums();
        PortLink link = PortLink.none("loopback");
        port = AfXdpPort.of(0, "loopback", users, counters, queues, link, PortInterface.NONE);
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public EventLoop[] loops() {
        return new EventLoop[0];
    }

    /** {@inheritDoc} There is no socket, so poll(2) would always sleep its full time; it is left out. */
    @Override
    public IdleStrategy newWait(BooleanSupplier outstanding) {
        return NoOpIdleStrategy.INSTANCE;
    }

    @Override
    public void turn() {
        for (int i = 0; i < BURST && receive(); i++) {
            received++;
        }
        kernel.transmit(ENTRIES);
    }

    private boolean receive() {
        boolean hasTwo = segmented && received % 2 == 0;
        return hasTwo ? kernel.receive(twoSegments, (int) packet.byteSize()) : kernel.receive(packet);
    }

    /** {@inheritDoc} The wake-ups fail, because there is no socket. */
    @Override
    public void needWakeUp(boolean wanted) {
        kernel.needFillWakeUp(wanted);
        kernel.needTxWakeUp(wanted);
    }
}
