package io.millrace.spi.config;

/** Whose stages they are when there are several pollers. */
public enum StageSharing {
    /** Each poller has stages of its own, on threads of their own. */
    PER_POLLER,
    /** All pollers have the same ones: a stage sees the frames of all queues, on one thread. */
    SHARED
}
