package io.millrace.xdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Offsets of what {@code src/main/bpf/include/accept.h} declares; change both together.
 *
 * <pre>
 * struct accept_config            struct class_tables               struct accept_counters
 *   0  dimensions   u32                  0  dst_port   u32[65536]     0  matched    u64
 *   4  shape_count  u32             262144  src_port   u32[65536]     8  passed     u64
 *   8  cells        u32             524288  ethertype  u32[65536]    16  too_short  u64
 *  12  frags        u32             786432  protocol   u32[256]      24  early      u64
 *  16  load_bytes   u32
 *  20  shapes       u32[64]
 *
 * struct rule_key                 struct ipv4_prefix, ipv6_prefix   struct rx_gate
 *   0  shape        u32             0  length   u32                   0  shut       u32
 *   4  classes      u32[6]          4  address  u8[4], u8[16]         4  unused     u32[15]
 * </pre>
 */
final class AcceptLayout {

    private static final int MAX_SHAPES = 1 << Dimension.COUNT;
    private static final int TABLE = 1 << 16;
    private static final int PROTOCOLS = 1 << 8;

    /** The map that holds {@code struct accept_config}. */
    static final String CONFIG = ".rodata.config";

    static final int KEY_LENGTH = (1 + Dimension.COUNT) * Integer.BYTES;
    private static final int SHAPES = 5;
    static final int CONFIG_LENGTH = (SHAPES + MAX_SHAPES) * Integer.BYTES;
    static final int CLASS_TABLES_LENGTH = (3 * TABLE + PROTOCOLS) * Integer.BYTES;
    static final int GATE_LENGTH = 16 * Integer.BYTES;

    private static final int COUNTERS = 4;
    static final int COUNTERS_LENGTH = COUNTERS * Long.BYTES;

    private static final int PREFIX_ADDRESS = Integer.BYTES;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private AcceptLayout() {}

    static void writeConfig(
            MemorySegment config, CompiledRules rules, boolean cells, boolean frags, boolean loadBytes) {
        List<Integer> shapes = rules.shapes();
        config.setAtIndex(INT, 0, rules.dimensions());
        config.setAtIndex(INT, 1, shapes.size());
        config.setAtIndex(INT, 2, cells ? 1 : 0);
        writeFrags(config, frags);
        config.setAtIndex(INT, 4, loadBytes ? 1 : 0);
        for (int i = 0; i < shapes.size(); i++) {
            config.setAtIndex(INT, SHAPES + i, shapes.get(i));
        }
    }

    static void writeFrags(MemorySegment config, boolean frags) {
        config.setAtIndex(INT, 3, frags ? 1 : 0);
    }

    static boolean readFrags(MemorySegment config) {
        return config.getAtIndex(INT, 3) != 0;
    }

    static void writeDstPort(MemorySegment tables, int port, int classNumber) {
        tables.setAtIndex(INT, inFrame(port), classNumber);
    }

    static void writeSrcPort(MemorySegment tables, int port, int classNumber) {
        tables.setAtIndex(INT, TABLE + inFrame(port), classNumber);
    }

    static void writeEthertype(MemorySegment tables, int ethertype, int classNumber) {
        tables.setAtIndex(INT, 2 * TABLE + inFrame(ethertype), classNumber);
    }

    static void writeProtocol(MemorySegment tables, int protocol, int classNumber) {
        tables.setAtIndex(INT, 3 * TABLE + protocol, classNumber);
    }

    /**
     * Turns a number into the index that the program uses: 16 bits as they stand in the frame, in network byte order.
     */
    private static int inFrame(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? value
                : Short.toUnsignedInt(Short.reverseBytes((short) value));
    }

    static void writeKey(MemorySegment key, int shape, int[] classes) {
        key.setAtIndex(INT, 0, shape);
        for (int i = 0; i < classes.length; i++) {
            key.setAtIndex(INT, 1 + i, classes[i]);
        }
    }

    static void writePrefix(MemorySegment key, Prefix prefix) {
        byte[] address = prefix.address();
        key.setAtIndex(INT, 0, prefix.length());
        MemorySegment.copy(address, 0, key, ValueLayout.JAVA_BYTE, PREFIX_ADDRESS, address.length);
    }

    static int prefixLength(boolean ipv6) {
        return PREFIX_ADDRESS + (ipv6 ? Prefix.IPV6_BITS : Prefix.IPV4_BITS) / Byte.SIZE;
    }

    /** Sums what each CPU counted. */
    static XdpCounters readCounters(MemorySegment perCpu, int cpus) {
        return new XdpCounters(sum(perCpu, cpus, 0), sum(perCpu, cpus, 1), sum(perCpu, cpus, 2), sum(perCpu, cpus, 3));
    }

    private static long sum(MemorySegment perCpu, int cpus, int counter) {
        long sum = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += perCpu.getAtIndex(ValueLayout.JAVA_LONG, (long) cpu * COUNTERS + counter);
        }
        return sum;
    }
}
