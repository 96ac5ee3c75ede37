package io.millrace.sockets;

import io.millrace.spi.ConnectionOrigin;

/**
 * The ids of the connections that one port has in one poller: each names its port, its poller, its slot in the port's
 * table and which user of that slot it is, so that an id means the same wherever it is used.
 *
 * <pre>
 *   63            52 51        42 41                                     0
 *  +----------------+------------+----------------------------+-----------+
 *  |      port      |   poller   |         generation         |   slot    |
 *  +----------------+------------+----------------------------+-----------+
 * </pre>
 *
 * The slot has as many bits as the port's {@code connections} need, and the generation has the rest: 32 bits with 1024
 * connections. It starts at 1, so that no id is 0; a slot that has had its last generation is not used again.
 */
final class ConnectionIds {
    private static final long OWN_MASK = (1L << ConnectionOrigin.OWN_BITS) - 1;

    private final long prefix;
    private final int slotBits;

    /**
     * @param connections how many slots there are
     * @throws IllegalArgumentException if there is no room for the port or the poller in an id
     */
    ConnectionIds(int portId, int poller, int connections) {
        this.prefix = ConnectionOrigin.of(portId, poller);
        this.slotBits = Integer.SIZE - Integer.numberOfLeadingZeros(connections - 1);
    }

    /** @param generation from 1 to {@link #lastGeneration} */
    long of(int slot, long generation) {
        return prefix | generation << slotBits | slot;
    }

    /** One less than there is room for: the id of all ones is nobody's. */
    long lastGeneration() {
        return (OWN_MASK >>> slotBits) - 1;
    }

    /** Whether it is the id of a connection of this port in this poller, present or former. */
    boolean isOwn(long id) {
        return (id & ~OWN_MASK) == prefix && (id & OWN_MASK) >>> slotBits != 0;
    }

    /** The slot of such an id. */
    int slot(long id) {
        return (int) (id & (1L << slotBits) - 1);
    }

    /**
     * What tells connections of one port apart: generation and slot, so that later users of a slot have larger ones.
     */
    static long own(long id) {
        return id & OWN_MASK;
    }
}
