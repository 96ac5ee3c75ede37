package io.millrace.core.stage;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** The two MAC addresses that an Ethernet frame begins with. */
final class MacAddresses {
    /** The length of an untagged Ethernet header: both addresses and the EtherType. */
    static final int ETHERNET_HEADER_LENGTH = 14;

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final long LOW_48 = 0xffff_ffff_ffffL;
    private static final long LOW_32 = 0xffff_ffffL;

    private MacAddresses() {}

    /** Swaps them by two loads and two stores. */
    static void swap(MutableDirectBuffer frame) {
        long first = frame.getLong(0, LITTLE);
        long to = first & LOW_48;
        long from = first >>> 48 | (frame.getInt(8, LITTLE) & LOW_32) << 16;
        frame.putLong(0, from | to << 48, LITTLE);
        frame.putInt(8, (int) (to >>> 16), LITTLE);
    }
}
