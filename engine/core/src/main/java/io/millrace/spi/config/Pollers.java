package io.millrace.spi.config;

/** How many threads poll. */
public enum Pollers {
    /** One thread polls all queues of all ports. */
    ONE,
    /** One thread for each queue, with rings, frames and stages of its own: nothing is shared on the way of a frame. */
    PER_QUEUE;

    /** The most pollers of an engine: the ids of connections have no room for more. */
    public static final int MOST = 1 << 10;
}
