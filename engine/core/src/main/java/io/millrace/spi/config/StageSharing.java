package io.millrace.spi.config;

/** Whether several pollers share their stages. */
public enum StageSharing {
    /** Each poller has stages of its own, on threads of their own. */
    PER_POLLER,
    /** All pollers share the same stages: a stage sees the frames of all queues, on one thread. */
    SHARED
}
