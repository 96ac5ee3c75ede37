package io.millrace.lab.traffic;

/**
 * What became of the messages that a driver sent: frames, datagrams or records. While it runs
 * the figures are of slightly different instants.
 *
 * @param sent       handed to the kernel
 * @param received   of them, those whose echo came back as it should
 * @param corrupted  those that came back other than they should
 * @param duplicated right echoes of those whose echo had come back already
 */
public record EchoCounts(long sent, long received, long corrupted, long duplicated) {
    /** Those that did not come back, or have not yet. */
    public long lost() {
        return Math.max(0, sent - received - corrupted);
    }
}
