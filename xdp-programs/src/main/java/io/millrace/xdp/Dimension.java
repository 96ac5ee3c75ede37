package io.millrace.xdp;

/** The properties of a frame that a rule can have conditions on, in the order of {@code enum dimension} in accept.h. */
enum Dimension {
    ETHERTYPE,
    PROTOCOL,
    DST_NET,
    SRC_NET,
    DST_PORT,
    SRC_PORT;

    static final int COUNT = values().length;

    int bit() {
        return 1 << ordinal();
    }
}
