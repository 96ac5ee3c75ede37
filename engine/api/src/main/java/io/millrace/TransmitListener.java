package io.millrace;

/**
 * Hears when frames were sent, if a stage asked for that with {@link Frame#stampTransmit}; see {@link
 * Engine.Builder#onTransmitted}. It is called on the thread of the frame's poller, between two frames, so it should not
 * block, allocate or log. If it throws, that is reported and counted as for a stage, and the frame's memory comes back
 * all the same.
 */
@FunctionalInterface
public interface TransmitListener {
    /**
     * A frame was sent.
     *
     * @param cookie the number that the stage gave
     * @param timeNs the time in nanoseconds: by the network card's clock if the port got {@code driver} for its time
     *               stamps, by {@code CLOCK_TAI} if it got {@code software}; 0 if the driver told no time
     */
    void onTransmitted(long cookie, long timeNs);
}
