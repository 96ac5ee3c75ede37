package io.millrace.harness.traffic;

/**
 * What became of the frames that a driver sent. While it runs the figures are of slightly different instants.
 *
 * @param sent       frames handed to the kernel
 * @param received   of them, those whose echo came back as it should
 * @param corrupted  frames that came back other than they should
 * @param duplicated right echoes of frames whose echo had come back already
 */
public record EchoCounts(long sent, long received, long corrupted, long duplicated) {
    /** Frames that did not come back, or have not yet. */
    public long lost() {
        return Math.max(0, sent - received - corrupted);
    }
}
