package io.millrace.spi;

import io.millrace.spi.config.Key;
import java.util.OptionalInt;

/**
 * The queues that ports of a type have, which pollers share out among themselves with {@code pollers = per-queue}: each
 * poller opens the port with one of them. Cold; without state, like the {@link PortType} that it is part of.
 */
public interface PolledQueues {
    /** The key that says which queues a port has, for messages. */
    Key<?> key();

    /** How many a port has, as far as its config tells; empty while only the host knows. Does not ask the host. */
    OptionalInt count(PortSettings port);

    /**
     * The numbers of a port's queues, asked of the host.
     *
     * @throws io.millrace.HostException if the host has not got them
     */
    int[] numbers(PortSettings port);

    /** The same port with one of its queues. */
    PortSettings withOnly(PortSettings port, int number);
}
