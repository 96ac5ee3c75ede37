package io.millrace.spi.config;

/** Which thread runs the stages. */
public enum Mode {
    /** Each stage on its own thread, frames handed over by a Disruptor. */
    PIPELINED,
    /** Every stage in the poller, one after the other: run to completion. */
    INLINE
}
