package io.millrace.spi;

/**
 * The role of a port that looks for received frames itself, once a duty cycle. Only the poller's thread may use this.
 */
public interface FrameSource {
    /**
     * Hands received frames to the stages: at most a batch of each queue, and at most as many as the inlet has room
     * for.
     *
     * @return the number of frames and events
     */
    int receive(FrameInlet inlet);
}
