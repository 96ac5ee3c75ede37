package io.millrace.spi.config;

import java.util.OptionalInt;

/** The queues of a port that has several: with {@code pollers = per-queue} each poller takes one. Set-up only. */
public interface PortQueues {
    /** The key that says which queues they are, for messages. */
    Key<?> key();

    /** How many there are; empty while only the host knows. */
    OptionalInt count();

    /**
     * Their numbers; asks the host.
     *
     * @throws io.millrace.HostException if the host has not got them
     */
    int[] ids();

    /** The same port with one of its queues. */
    PortSettings only(int id);
}
