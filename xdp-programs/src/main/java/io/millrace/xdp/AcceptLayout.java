package io.millrace.xdp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What {@code src/main/bpf/include/accept.h} declares, by offset; change both together.
 *
 * <pre>
 * union rule_key           struct accept_config             struct accept_counters
 *   0  shape       u8        0  dimensions    u32             0  matched    u64
 *   1  protocol    u8        4  shape_count   u32             8  passed     u64
 *   2  ethertype   be16      8  masks         rule_key[64]   16  too_short  u64
 *   4  dst_net     u32
 *   8  src_net     u32     struct port_classes              struct ipv4_prefix, ipv6_prefix
 *  12  dst_port    u32       0  dst  u32[65536]               0  length   u32
 *  16  src_port    u32       …  src  u32[65536]               4  address  u8[4], u8[16]
 * </pre>
 */
final class AcceptLayout {

    static final int ETHERTYPE = 1;
    static final int PROTOCOL = 1 << 1;
    static final int DST_NET = 1 << 2;
    static final int SRC_NET = 1 << 3;
    static final int DST_PORT = 1 << 4;
    static final int SRC_PORT = 1 << 5;
    static final int MAX_SHAPES = 64;

    static final int KEY_LENGTH = 20;
    static final int CLASS_LENGTH = Integer.BYTES;
    static final int CONFIG_LENGTH = 2 * Integer.BYTES + MAX_SHAPES * KEY_LENGTH;
    static final int PORT_CLASSES_LENGTH = 2 * PortRange.PORTS * CLASS_LENGTH;
    static final int COUNTERS_LENGTH = 3 * Long.BYTES;
    static final int PREFIX_ADDRESS = Integer.BYTES;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort NETWORK_SHORT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private AcceptLayout() {
    }

    static void writeKey(MemorySegment key, RuleKey rule) {
        key.set(ValueLayout.JAVA_BYTE, 0, (byte) rule.shape());
        key.set(ValueLayout.JAVA_BYTE, 1, (byte) rule.protocol());
        key.set(NETWORK_SHORT, 2, (short) rule.ethertype());
        key.set(INT, 4, rule.dstNet());
        key.set(INT, 8, rule.srcNet());
        key.set(INT, 12, rule.dstPort());
        key.set(INT, 16, rule.srcPort());
    }

    static void writeConfig(MemorySegment config, List<Integer> shapes) {
        int dimensions = 0;
        for (int i = 0; i < shapes.size(); i++) {
            int shape = shapes.get(i);
            dimensions |= shape;
            writeKey(config.asSlice(2 * Integer.BYTES + (long) i * KEY_LENGTH, KEY_LENGTH), mask(shape));
        }
        config.set(INT, 0, dimensions);
        config.set(INT, Integer.BYTES, shapes.size());
    }

    private static RuleKey mask(int shape) {
        return new RuleKey(
            shape,
            (shape & ETHERTYPE) != 0 ? -1 : 0,
            (shape & PROTOCOL) != 0 ? -1 : 0,
            (shape & DST_NET) != 0 ? -1 : 0,
            (shape & SRC_NET) != 0 ? -1 : 0,
            (shape & DST_PORT) != 0 ? -1 : 0,
            (shape & SRC_PORT) != 0 ? -1 : 0);
    }

    static void writePortClasses(MemorySegment classes, PortClasses dst, PortClasses src) {
        for (int port = 0; port < PortRange.PORTS; port++) {
            int portInFrame = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? port
                : Short.toUnsignedInt(Short.reverseBytes((short) port));
            classes.setAtIndex(INT, portInFrame, dst.of(port));
            classes.setAtIndex(INT, PortRange.PORTS + portInFrame, src.of(port));
        }
    }

    static void writePrefix(MemorySegment key, Prefix prefix) {
        key.set(INT, 0, prefix.length());
        byte[] address = prefix.address();
        MemorySegment.copy(address, 0, key, ValueLayout.JAVA_BYTE, PREFIX_ADDRESS, address.length);
    }

    static int prefixLength(boolean ipv6) {
        return PREFIX_ADDRESS + (ipv6 ? Prefix.IPV6_BITS : Prefix.IPV4_BITS) / Byte.SIZE;
    }

    /** Sums what each CPU counted. */
    static XdpCounters readCounters(MemorySegment perCpu, int cpus) {
        long matched = 0;
        long passed = 0;
        long tooShort = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            matched += perCpu.getAtIndex(ValueLayout.JAVA_LONG, cpu * 3L);
            passed += perCpu.getAtIndex(ValueLayout.JAVA_LONG, cpu * 3L + 1);
            tooShort += perCpu.getAtIndex(ValueLayout.JAVA_LONG, cpu * 3L + 2);
        }
        return new XdpCounters(matched, passed, tooShort);
    }
}
