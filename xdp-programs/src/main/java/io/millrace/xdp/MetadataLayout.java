package io.millrace.xdp;

/**
 * What {@code src/main/bpf/include/metadata.h} declares, by offset from the end, which is the frame's first byte;
 * change both together. Numbers are in the machine's byte order, and may be at any address.
 *
 * <pre>
 * struct frame_metadata
 *  -24  timestamp      u64   nanoseconds
 *  -16  hash           u32
 *  -12  hash_type      u32
 *   -8  vlan_protocol  u16   big-endian
 *   -6  vlan_tag       u16
 *   -4  present        u32   MAGIC and the bits of the hints that are there
 * </pre>
 */
public final class MetadataLayout {
    /** How many bytes in front of a frame it takes. */
    public static final int LENGTH = 24;

    public static final int TIMESTAMP = -24;
    public static final int HASH = -16;
    public static final int VLAN_TAG = -6;
    public static final int PRESENT = -4;

    /** {@link #PRESENT} without the bits of hints. */
    public static final int MAGIC = 0x6d72_0000;

    public static final int HAS_TIMESTAMP = 1;
    public static final int HAS_HASH = 2;
    public static final int HAS_VLAN = 4;

    private static final int HINTS_MASK = 0xffff;

    private MetadataLayout() {}

    /** Returns whether a hint is there, by the word at {@link #PRESENT}. */
    public static boolean has(int present, int hint) {
        return (present & ~HINTS_MASK) == MAGIC && (present & hint) != 0;
    }
}
