package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * Gives frames to the kernel to send. Called by one thread; a submitted frame belongs to the kernel until it comes back
 * by the {@link CompletionRing}, and must not be written meanwhile, also when sending it failed.
 */
public final class TxRing extends ProducerRing {
    /** @throws IllegalArgumentException when the size is not a power of two or the memory does not suit */
    public TxRing(MemorySegment ring, RingOffsets offsets, int size) {
        super(ring, offsets, size, XdpDescriptor.SHIFT);
    }

    /**
     * Writes entry {@code i} of the reserved batch: a whole packet in one frame.
     *
     * @param i       from 0, below what {@link #reserve} returned
     * @param address of the packet's first byte, inside a frame that nobody else holds
     * @param length  of the packet in bytes; it must end in the same frame. The kernel counts an entry that does not in
     *                {@code tx_invalid_descs} and forgets it: its frame never comes back by the completion ring
     */
    public void frame(int i, long address, int length) {
        segment(i, address, length, 0);
    }

    /**
     * Writes entry {@code i} of the reserved batch: a part of a packet, with the next one in the next entry. Submit a
     * packet's entries together: if the kernel refuses one of them, it drops and forgets the whole packet.
     *
     * @param options {@link XdpDescriptor#CONTINUED} if the packet continues, 0 in its last entry
     */
    public void segment(int i, long address, int length, int options) {
        XdpDescriptor.write(entries, entry(i, XdpDescriptor.SHIFT), address, length, options);
    }

    /**
     * The address in entry {@code i}. Negative numbers stand for submitted entries, -1 for the last one. These stay
     * until they are overwritten, whether or not the kernel has taken them.
     */
    public long address(int i) {
        return XdpDescriptor.address(entries, place(i, XdpDescriptor.SHIFT));
    }

    /** The number of submitted packets that the kernel has not taken, or of which it has taken only a part. Cold. */
    public int pendingPackets() {
        int packets = 0;
        for (int i = -pending(); i < 0; i++) {
            int options = XdpDescriptor.options(entries, place(i, XdpDescriptor.SHIFT));
            packets += (options & XdpDescriptor.CONTINUED) == 0 ? 1 : 0;
        }
        return packets;
    }

    /**
     * Marks an entry that has been written and not submitted: {@code struct xsk_tx_metadata} is in front of its packet,
     * at the distance that the UMEM was registered with. For the first entry of a packet only.
     */
    public void announceMetadata(int i) {
        final int entry = entry(i, XdpDescriptor.SHIFT);
        XdpDescriptor.addOption(entries, entry, XdpDescriptor.METADATA);
    }
}
