package io.millrace;

/**
 * Hears when frames were sent for which a stage asked that with {@link Frame#stampTransmit}: see
 * {@link Engine.Builder#onTransmitted}. Called by the poller's thread of the frame, between two frames: it should not
 * block, allocate or log. What it throws is reported and counted as what a stage throws; the frame's memory comes back
 * all the same.
 */
@FunctionalInterface
public interface TransmitListener {
    /**
     * A frame was sent.
     *
     * @param cookie as the stage gave it
     * @param timeNs in nanoseconds: by the network card's clock where the port got {@code driver} for its time stamps,
     *               by {@code CLOCK_TAI} where it got {@code software}; 0 if the driver told no time
     */
    void onTransmitted(long cookie, long timeNs);
}
