package io.millrace.afxdp;

import io.millrace.core.counters.EngineCounters;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.link.PortLink;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.EarlyDrop;
import io.millrace.ring.FillRing;
import io.millrace.ring.RingOffsets;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;
import io.millrace.ring.Umem;
import io.millrace.ring.XdpDescriptor;
import io.millrace.spi.EventLoop;
import io.millrace.spi.Port;
import io.millrace.spi.WarmUpPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * An AF_XDP port over plain memory with the kernel's half played here: each frame offered comes back as a received one,
 * each frame sent is completed. It runs the very code of a real port with no interface, which is what warming up needs.
 * One thread.
 */
public final class LoopbackPort implements WarmUpPort {
    private static final RingOffsets OFFSETS = new RingOffsets(0, 64, 128, 192);
    private static final int ENTRIES = 256;
    private static final int DESCRIPTOR_LENGTH = 16;
    private static final int FRAME_SIZE = 2048;
    private static final int HEADROOM = 256;
    private static final int NEED_WAKEUP = 1;
    private static final int NO_SOCKET = -1;
    private static final int OPTIONS = 12;
    private static final int SEGMENTS = 2;
    private static final long PAGE = 4096;

    private final MemorySegment fill;
    private final MemorySegment rx;
    private final MemorySegment tx;
    private final MemorySegment completion;
    private final Umem umem;
    private final byte[] template;
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
        this.template = template.clone();
        this.segmented = segmented;
        fill = ring(arena);
        rx = ring(arena);
        tx = ring(arena);
        completion = ring(arena);
        umem = Umem.over(arena.allocate((long) 2 * ENTRIES * FRAME_SIZE, PAGE), FRAME_SIZE);
        PortCounters counters = new PortCounters(new EngineCounters(), "loopback");
        XdpRings rings = new XdpRings(
                new FillRing(fill, OFFSETS, ENTRIES),
                new RxRing(rx, OFFSETS, ENTRIES, umem.unaligned()),
                new TxRing(tx, OFFSETS, ENTRIES),
                new CompletionRing(completion, OFFSETS, ENTRIES));
        UmemUsers users = new UmemUsers(new PortMemory(umem, segmented, false));
        XdpQueue queue = XdpQueue.over(0, NO_SOCKET, rings, users.memory(), counters, batch, WakeUps.ON_DEMAND);
        queue.earlyDrop(new EarlyDrop(arena.allocate(ValueLayout.JAVA_INT), BURST)); // shut and open by turns
        PortQueues queues = PortQueues.over(arena, SEGMENTS, queue).withPartialChecksums();
        PortLink link = PortLink.none("loopback");
        port = AfXdpPort.of(0, "loopback", users, counters, queues, link, PortInterface.NONE);
    }

    private static MemorySegment ring(Arena arena) {
        return arena.allocate(OFFSETS.descriptors() + (long) ENTRIES * DESCRIPTOR_LENGTH, PAGE);
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public EventLoop[] loops() {
        return new EventLoop[0];
    }

    /** {@inheritDoc} Without a socket poll(2) would sleep its full time: it is left out. */
    @Override
    public IdleStrategy newWait(BooleanSupplier outstanding) {
        return NoOpIdleStrategy.INSTANCE;
    }

    @Override
    public void turn() {
        for (int i = 0; i < BURST && pending(fill) > 0 && pending(rx) < ENTRIES; i++) {
            long address = umem.frameAddress(address(fill, cursor(fill, OFFSETS.consumer()), Long.BYTES)) + HEADROOM;
            MemorySegment.copy(template, 0, umem.memory(), ValueLayout.JAVA_BYTE, address, template.length);
            long entry = entry(cursor(rx, OFFSETS.producer()), DESCRIPTOR_LENGTH);
            rx.set(ValueLayout.JAVA_LONG, entry, address);
            rx.set(ValueLayout.JAVA_INT, entry + Long.BYTES, template.length);
            rx.set(
                    ValueLayout.JAVA_INT,
                    entry + OPTIONS,
                    segmented && received++ % 3 == 0 ? XdpDescriptor.CONTINUED : 0);
            advance(fill, OFFSETS.consumer());
            advance(rx, OFFSETS.producer());
        }
        while (pending(tx) > 0) {
            long address = address(tx, cursor(tx, OFFSETS.consumer()), DESCRIPTOR_LENGTH);
            completion.set(ValueLayout.JAVA_LONG, entry(cursor(completion, OFFSETS.producer()), Long.BYTES), address);
            advance(tx, OFFSETS.consumer());
            advance(completion, OFFSETS.producer());
        }
    }

    /** {@inheritDoc} A wake-up fails for want of a socket. */
    @Override
    public void needWakeUp(boolean wanted) {
        fill.set(ValueLayout.JAVA_INT, OFFSETS.flags(), wanted ? NEED_WAKEUP : 0);
        tx.set(ValueLayout.JAVA_INT, OFFSETS.flags(), wanted ? NEED_WAKEUP : 0);
    }

    private static int pending(MemorySegment ring) {
        return cursor(ring, OFFSETS.producer()) - cursor(ring, OFFSETS.consumer());
    }

    private static int cursor(MemorySegment ring, long offset) {
        return ring.get(ValueLayout.JAVA_INT, offset);
    }

    private static void advance(MemorySegment ring, long offset) {
        ring.set(ValueLayout.JAVA_INT, offset, cursor(ring, offset) + 1);
    }

    private static long address(MemorySegment ring, int cursor, int entryLength) {
        return ring.get(ValueLayout.JAVA_LONG, entry(cursor, entryLength));
    }

    private static long entry(int cursor, int entryLength) {
        return OFFSETS.descriptors() + (long) (cursor & ENTRIES - 1) * entryLength;
    }
}
