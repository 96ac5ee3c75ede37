package io.millrace.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A simulated kernel: its half of the four rings of an AF_XDP socket in copy mode, over plain memory. It receives into
 * frames of the fill ring and sends what the TX ring holds, but only when the caller, a warm-up or a test, tells it to.
 * For one thread, which need not be the thread of our half.
 */
public final class KernelSide {
    /** Where the kernel puts a packet in its frame: {@code XDP_PACKET_HEADROOM}. */
    public static final int HEADROOM = 256;

    /** Sees each packet that the kernel sends. */
    @FunctionalInterface
    public interface Wire {
        void sent(long address, int length, int options);
    }

    private static final Wire NOWHERE = (address, length, options) -> {};
    private static final long ADDRESS_LENGTH = 8;
    private static final long DESCRIPTOR_LENGTH = 16;

    private final Umem umem;
    private final RingMemory fillMemory;
    private final RingMemory rxMemory;
    private final RingMemory txMemory;
    private final RingMemory completionMemory;
    private final KernelRing fill;
    private final KernelRing rx;
    private final KernelRing tx;
    private final KernelRing completion;
    private long completedBits = -1;
    private long rxRingFull;
    private long fillRingEmpty;

    public KernelSide(Umem umem, RingMemory fill, RingMemory rx, RingMemory tx, RingMemory completion) {
        this.umem = umem;
        this.fillMemory = fill;
        this.rxMemory = rx;
        this.txMemory = tx;
        this.completionMemory = completion;
        this.fill = KernelRing.consumer(fill, ADDRESS_LENGTH);
        this.rx = KernelRing.producer(rx, DESCRIPTOR_LENGTH);
        this.tx = KernelRing.consumer(tx, DESCRIPTOR_LENGTH);
        this.completion = KernelRing.producer(completion, ADDRESS_LENGTH);
    }

    /** Makes a kernel with four rings of the same size. */
    public static KernelSide of(Arena arena, Umem umem, int size) {
        return new KernelSide(
                umem,
                RingMemory.ofAddresses(arena, size),
                RingMemory.ofDescriptors(arena, size),
                RingMemory.ofDescriptors(arena, size),
                RingMemory.ofAddresses(arena, size));
    }

    /** Makes our half of the fill ring; each half is to be made once. */
    public FillRing fillRing() {
        return fillMemory.fillRing();
    }

    public RxRing rxRing() {
        return rxMemory.rxRing(umem.unaligned());
    }

    public TxRing txRing() {
        return txMemory.txRing();
    }

    public CompletionRing completionRing() {
        return completionMemory.completionRing();
    }

    /**
     * Receives one packet: its bytes are copied into the next frame of the fill ring.
     *
     * @return whether there was a frame, and room in the RX ring; the packet is dropped and counted otherwise
     */
    public boolean receive(MemorySegment packet) {
        final int length = Math.toIntExact(packet.byteSize());
        if (!canReceive()) {
            return false;
        }
        final long address = umem.frameAddress(fill.address(0)) + HEADROOM;
        MemorySegment.copy(packet, 0, umem.memory(), address, length);
        rx.descriptor(0, address, length, 0);
        fill.advance(1);
        rx.advance(1);
        return true;
    }

    /**
     * Receives one packet in pieces: all of it, or none, as the kernel does.
     *
     * @param most the most bytes of the packet in one frame
     */
    public boolean receive(MemorySegment packet, int most) {
        final int length = Math.toIntExact(packet.byteSize());
        final int count = (length + most - 1) / most;
        if (rx.room() < count || fill.ready() < count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            final int offset = i * most;
            final int part = Math.min(most, length - offset);
            final long address = umem.frameAddress(fill.address(i)) + HEADROOM;
            MemorySegment.copy(packet, offset, umem.memory(), address, part);
            rx.descriptor(i, address, part, i < count - 1 ? XdpDescriptor.CONTINUED : 0);
        }
        fill.advance(count);
        rx.advance(count);
        return true;
    }

    /**
     * Receives packets without writing their bytes.
     *
     * @return how many frames and room there were for, at most {@code max}
     */
    public int receive(int max, int length) {
        final int count = Math.min(max, Math.min(fill.ready(), rx.room()));
        for (int i = 0; i < count; i++) {
            rx.descriptor(i, umem.frameAddress(fill.address(i)) + HEADROOM, length, 0);
        }
        fill.advance(count);
        rx.advance(count);
        return count;
    }

    /** Sends at most {@code max} packets and completes them; fewer when TX has no more or completion no room. */
    public int transmit(int max) {
        return transmit(max, NOWHERE);
    }

    /** Sends like {@link #transmit(int)}, and shows each packet before its frame is given back. */
    public int transmit(int max, Wire wire) {
        final int count = Math.min(max, Math.min(tx.ready(), completion.room()));
        for (int i = 0; i < count; i++) {
            wire.sent(tx.address(i), tx.length(i), tx.options(i));
            completion.address(i, tx.address(i) & completedBits);
        }
        tx.advance(count);
        completion.advance(count);
        return count;
    }

    /** From now on completed addresses lack their lowest bit, which Linux 6.18 uses for something else in copy mode. */
    public void loseLowestBit() {
        completedBits = -2;
    }

    /** Sets or clears the fill ring's wake-up flag. */
    public void needFillWakeUp(boolean needed) {
        fill.needWakeUp(needed);
    }

    /** Sets or clears the TX ring's wake-up flag. */
    public void needTxWakeUp(boolean needed) {
        tx.needWakeUp(needed);
    }

    /** Returns whether {@link #receive} would succeed; if not, counts the reason. */
    private boolean canReceive() {
        if (rx.room() == 0) {
            rxRingFull++;
            return false;
        }
        if (fill.ready() == 0) {
            fillRingEmpty++;
            return false;
        }
        return true;
    }

    /** The number of packets dropped because the RX ring was full, as in {@code XDP_STATISTICS}. */
    public long rxRingFull() {
        return rxRingFull;
    }

    /** The number of packets dropped because the fill ring was empty, as in {@code XDP_STATISTICS}. */
    public long fillRingEmpty() {
        return fillRingEmpty;
    }
}
