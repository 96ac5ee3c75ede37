package io.millrace.spi;

/** What limits how long a poller may sleep while its ports have nothing to do. Only the poller's thread may ask. */
public interface SleepLimit {
    /**
     * Whether stages, leases or the kernel have frames. Nothing wakes the poller when such frames come back, so it may
     * only nap then.
     */
    boolean framesAreOut();

    /**
     * How long it is until the poller has something to do by itself, in nanoseconds: 0 or less if that is now, {@link
     * Long#MAX_VALUE} if there is nothing.
     */
    long nanosUntilDue();
}
