package io.millrace.afxdp;

import io.millrace.ring.EarlyDrop;
import io.millrace.ring.KernelSide;
import io.millrace.ring.Umem;
import io.millrace.spi.EventLoop;
import io.millrace.spi.Port;
import io.millrace.spi.PortLink;
import io.millrace.spi.SleepLimit;
import io.millrace.spi.WarmUpPort;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
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
    private static final long HUGE_PAGE = 2 << 20;

    private final KernelSide kernel;
    /** The packets that come, by turns. */
    private final MemorySegment[] packets;
    /** Each of them twice in a row, for a frame of two segments with the same bytes. */
    private final MemorySegment[] twoSegments;

    private final boolean segmented;
    private int turns;
    private int received;
    private final AfXdpPort port;

    /**
     * @param arena     owns the memory
     * @param templates the bytes of the frames received, by turns
     * @param batch     the most frames received in one go
     * @param segmented whether frames may have several segments; half of them have two then, each with these bytes
     * @param chunks    how the frames lie in the UMEM
     */
    LoopbackPort(Arena arena, List<byte[]> templates, int batch, boolean segmented, Chunks chunks) {
        this.segmented = segmented;
        this.packets = new MemorySegment[templates.size()];
        this.twoSegments = new MemorySegment[templates.size()];
        for (int i = 0; i < packets.length; i++) {
            MemorySegment packet = arena.allocateFrom(ValueLayout.JAVA_BYTE, templates.get(i));
            packets[i] = packet;
            twoSegments[i] = arena.allocate(SEGMENTS * packet.byteSize());
            twoSegments[i].copyFrom(packet);
            twoSegments[i].asSlice(packet.byteSize()).copyFrom(packet);
        }
        Umem umem = chunks == Chunks.UNALIGNED
                ? Umem.overUnaligned(arena.allocate(HUGE_PAGE, PAGE), 2 * ENTRIES, FRAME_SIZE)
                : Umem.over(arena.allocate((long) 2 * ENTRIES * FRAME_SIZE, PAGE), FRAME_SIZE);
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
    public IdleStrategy newWait(SleepLimit limit) {
        return NoOpIdleStrategy.INSTANCE;
    }

    @Override
    public void turn() {
        int burst = BURST - turns++ % 2; // so that some batches wrap round the end of the ring
        for (int i = 0; i < burst && receive(); i++) {
            received++;
        }
        kernel.transmit(ENTRIES);
    }

    private boolean receive() {
        int which = received / 2 % packets.length;
        MemorySegment packet = packets[which];
        boolean hasTwo = segmented && received % 2 == 0;
        return hasTwo ? kernel.receive(twoSegments[which], (int) packet.byteSize()) : kernel.receive(packet);
    }

    /** {@inheritDoc} The wake-ups fail, because there is no socket. */
    @Override
    public void needWakeUp(boolean wanted) {
        kernel.needFillWakeUp(wanted);
        kernel.needTxWakeUp(wanted);
    }
}
