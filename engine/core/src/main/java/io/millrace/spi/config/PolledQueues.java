package io.millrace.spi.config;

import java.util.OptionalInt;

/**
 * The queues of a port that has several, as far as its config tells. With {@code pollers = per-queue} each poller takes
 * one.
 *
 * @param key   the key that lists the queues, for messages
 * @param count how many there are; empty if only the host knows
 */
public record PolledQueues(Key<?> key, OptionalInt count) {}
