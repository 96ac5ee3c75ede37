package io.millrace.xdp;

/** What a rule can speak of, in the order of {@code enum dimension} in accept.h. */
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
