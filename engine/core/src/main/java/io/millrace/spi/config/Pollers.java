package io.millrace.spi.config;

/** How many threads poll. */
public enum Pollers {
    /** One, all queues of all ports. */
    ONE,
    /** One for each queue, with rings, frames and stages of its own: nothing is shared on the way of a frame. */
    PER_QUEUE;

    /** How many an engine can have: the ids of connections have room for no more. */
    public static final int MOST = 1 << 10;
}
