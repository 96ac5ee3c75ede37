package io.millrace.ring;

import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * An entry of the RX and TX rings, {@code struct xdp_desc}; fill and completion rings hold the bare address.
 *
 * <pre>
 *   0                               8               12              16
 *   +-------------------------------+---------------+---------------+
 *   |  address: offset in the UMEM  |    length     |    options    |
 *   +-------------------------------+---------------+---------------+
 * </pre>
 */
public final class XdpDescriptor {
    /** {@code XDP_PKT_CONTD}, a bit of the options: the packet continues in the next descriptor. */
    public static final int CONTINUED = 1;
    /**
     * {@code XDP_TX_METADATA}, a bit of the options: in front of the packet is what the kernel is asked to do with it.
     */
    public static final int METADATA = 2;

    static final int ADDRESS = 0;
    static final int LENGTH = 8;
    static final int OPTIONS = 12;

    /** log2 of the length of a descriptor: entries are found by a shift. */
    static final int SHIFT = 4;
    /** log2 of the length of an entry that only has an address. */
    static final int ADDRESS_SHIFT = 3;

    /** In a UMEM of unaligned frames the upper bits of a received address are an offset, see {@code af_xdp.rst}. */
    private static final int OFFSET_SHIFT = 48;

    private static final long BASE = (1L << OFFSET_SHIFT) - 1;

    /** Length and options are the two halves of a descriptor's second word. */
    private static final int LENGTH_SHIFT = halfShift(LENGTH);

    private static final int OPTIONS_SHIFT = halfShift(OPTIONS);
    private static final long LOW_HALF = 0xffff_ffffL;

    private XdpDescriptor() {}

    private static int halfShift(int field) {
        boolean isFirst = field % Long.BYTES == 0;
        return isFirst == (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) ? 0 : Integer.SIZE;
    }

    /**
     * Returns the address that a descriptor's address stands for. In a UMEM of unaligned frames the kernel writes the
     * address at which it was given a frame, and in the upper 16 bits the packet's offset from there; otherwise these
     * bits are 0.
     */
    static long position(long address) {
        return (address & BASE) + (address >>> OFFSET_SHIFT);
    }

    static long address(LongBuffer ring, int entry) {
        return KernelWords.loadPlain(ring, entry);
    }

    static int length(LongBuffer ring, int entry) {
        return (int) (KernelWords.loadPlain(ring, entry + 1) >>> LENGTH_SHIFT);
    }

    static int options(LongBuffer ring, int entry) {
        return (int) (KernelWords.loadPlain(ring, entry + 1) >>> OPTIONS_SHIFT);
    }

    static void addOption(LongBuffer ring, int entry, int option) {
        KernelWords.storePlain(
                ring, entry + 1, KernelWords.loadPlain(ring, entry + 1) | (long) option << OPTIONS_SHIFT);
    }

    static void write(LongBuffer ring, int entry, long address, int length, int options) {
        KernelWords.storePlain(ring, entry, address);
        KernelWords.storePlain(ring, entry + 1, (length & LOW_HALF) << LENGTH_SHIFT | (long) options << OPTIONS_SHIFT);
    }
}
