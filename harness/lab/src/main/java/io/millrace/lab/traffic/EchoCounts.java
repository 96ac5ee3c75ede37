package io.millrace.lab.traffic;

/**
 * What became of the messages that a driver sent: frames, datagrams or records. While it runs the figures are of
 * slightly different instants.
 *
 * @param sent       handed to the kernel
 * @param received   messages whose echo came back as it should
 * @param corrupted  messages that came back changed
 * @param duplicated right echoes of messages whose echo had come back before
 */
public record EchoCounts(long sent, long received, long corrupted, long duplicated) {
    /** The number of messages that have not come back. */
    public long lost() {
        return Math.max(0, sent - received - corrupted);
    }
}
