package io.millrace.sockets;

import io.millrace.spi.ConnectionOrigin;

/**
 * The ids of the connections that one port has in one poller. Each id contains the port, the poller, the connection's
 * slot in the port's table, and the generation, which counts the users of the slot. So an id has the same meaning
 * wherever it is used.
 *
 * <pre>
 *   63            52 51        42 41                                     0
 *  +----------------+------------+----------------------------+-----------+
 *  |      port      |   poller   |         generation         |   slot    |
 *  +----------------+------------+----------------------------+-----------+
 * </pre>
 *
 * The slot has as many bits as the port's {@code connections} need, and the generation has the rest: 32 bits with 1024
 * connections. The generation starts at 1, so that no id is 0. A slot that has had its last generation is not used
 * again.
 */
final class ConnectionIds {
    private static final long OWN_MASK = (1L << ConnectionOrigin.OWN_BITS) - 1;

    private final long prefix;
    private final int slotBits;

    /**
     * @param connections the number of slots
     * @throws IllegalArgumentException if the number of the port or of the poller does not fit into an id
     */
    ConnectionIds(int portId, int poller, int connections) {
        this.prefix = ConnectionOrigin.of(portId, poller);
        this.slotBits = Integer.SIZE - Integer.numberOfLeadingZeros(connections - 1);
    }

    /** @param generation from 1 to {@link #lastGeneration} */
    long of(int slot, long generation) {
        return prefix | generation << slotBits | slot;
    }

    /** The last generation of a slot: one less than there is room for, since the id of all ones is never used. */
    long lastGeneration() {
        return (OWN_MASK >>> slotBits) - 1;
    }

    /** Returns whether the id belongs to a present or former connection of this port in this poller. */
    boolean isOwn(long id) {
        return (id & ~OWN_MASK) == prefix && (id & OWN_MASK) >>> slotBits != 0;
    }

    /** The slot of such an id. */
    int slot(long id) {
        return (int) (id & (1L << slotBits) - 1);
    }

    /**
     * Generation and slot, which together identify a connection of the port. Later users of a slot have larger numbers.
     */
    static long own(long id) {
        return id & OWN_MASK;
    }
}
