package io.millrace.spi;

import io.millrace.Verdict;
import io.millrace.spi.config.Pollers;

/**
 * The part of a connection's id that says which port and poller the connection belongs to. All ports with connections
 * make their ids in this way, so that the port can be found by any id.
 *
 * <pre>
 *   63            52 51        42 41                                     0
 *  +----------------+------------+----------------------------------------+
 *  |      port      |   poller   |              the port's own            |
 *  +----------------+------------+----------------------------------------+
 * </pre>
 */
public final class ConnectionOrigin {
    /** The number of bits that the port may use for itself. */
    public static final int OWN_BITS = 42;
    /** How many ports ids can tell apart. */
    public static final int PORTS = Verdict.MAX_PORTS;
    /** How many pollers ids can tell apart. */
    public static final int POLLERS = Pollers.MOST;

    private static final int PORT_SHIFT = 52;

    private ConnectionOrigin() {}

    /**
     * Returns the upper bits of the ids of a port's connections in one poller.
     *
     * @throws IllegalArgumentException if the number of the port or of the poller does not fit into an id
     */
    public static long of(int portId, int poller) {
        if (portId < 0 || portId >= PORTS || poller < 0 || poller >= POLLERS) {
            throw new IllegalArgumentException("connections can't have ids in port " + portId + " of poller " + poller
                    + "; have fewer than " + PORTS + " ports and " + POLLERS + " pollers");
        }
        return (long) portId << PORT_SHIFT | (long) poller << OWN_BITS;
    }

    /** The port that an id names. */
    public static int portId(long id) {
        return (int) (id >>> PORT_SHIFT);
    }

    /** The poller that an id names. */
    public static int poller(long id) {
        return (int) (id >>> OWN_BITS) & POLLERS - 1;
    }
}
