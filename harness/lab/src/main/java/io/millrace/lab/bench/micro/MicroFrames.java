package io.millrace.lab.bench.micro;

import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A batch of frames where the kernel would have put them: each at the same place of its own chunk of the UMEM. They are
 * alike but for the UDP destination port, which counts up from {@link #FIRST_PORT}. The C program has the same.
 */
final class MicroFrames {
    static final int BATCH = 64;
    static final int FRAME_SIZE = 2048;
    static final int HEADROOM = 256;
    static final int FIRST_PORT = 9001;

    /** Ethernet, IPv4, UDP, 22 bytes of zeros. */
    static final byte[] IPV4 = HexFormat.of()
            .parseHex("020000000001" + "020000000002" + "0800" + "4500003200000000401166b9" + "0a000001" + "0a000002"
                    + "2328" + "2329" + "001e0000" + "00".repeat(22));

    static final int IPV4_PORT = 36;
    /** Ethernet with VLAN 100, IPv6, UDP, 22 bytes of zeros. */
    static final byte[] VLAN_IPV6 = HexFormat.of()
            .parseHex("020000000001" + "020000000002" + "81000064" + "86dd"
                    + "60000000001e1140" + "fd000000000000000000000000000001" + "fd000000000000000000000000000002"
                    + "2328" + "2329" + "001e0000" + "00".repeat(22));

    static final int VLAN_IPV6_PORT = 60;

    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private MicroFrames() {}

    /** Makes frames in memory of their own. */
    static Umem map(Arena arena, byte[] template, int portOffset) {
        final Umem umem = Umem.map(arena, BATCH, FRAME_SIZE, HugePages.OFF);
        write(umem.memory(), template, portOffset);
        return umem;
    }

    /** The same frames on the heap. */
    static byte[] onHeap(byte[] template, int portOffset) {
        final byte[] memory = new byte[BATCH * FRAME_SIZE];
        write(MemorySegment.ofArray(memory), template, portOffset);
        return memory;
    }

    /** Returns where a frame starts. */
    static int address(int i) {
        return i * FRAME_SIZE + HEADROOM;
    }

    private static void write(MemorySegment memory, byte[] template, int portOffset) {
        for (int i = 0; i < BATCH; i++) {
            MemorySegment.copy(template, 0, memory, ValueLayout.JAVA_BYTE, address(i), template.length);
            memory.set(PORT, address(i) + portOffset, (short) (FIRST_PORT + i));
        }
    }
}
