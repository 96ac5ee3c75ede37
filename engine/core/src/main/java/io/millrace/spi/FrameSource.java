package io.millrace.spi;

/** A port that looks for received frames itself, once a duty cycle. Poller's thread only. */
public interface FrameSource {
    /**
     * Hands received frames to the stages, at most a batch of each queue, at most what the inlet has room for.
     *
     * @return how many frames and events that were
     */
    int receive(FrameInlet inlet);
}
