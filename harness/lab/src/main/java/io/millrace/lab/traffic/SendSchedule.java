package io.millrace.lab.traffic;

/**
 * Says how many frames are due now, without waiting; {@link Pacer} waits. Flat out it is always a burst. What was
 * missed in a hold-up is made up for at twice the pace.
 */
final class SendSchedule {
    private static final int CATCH_UP = 2;
    private static final double NS_PER_SECOND = 1e9;

    private final double framesPerNs;
    private final int burst;
    private long startNs;
    private long sentAtStart;
    private long notBeforeNs;

    /** @param burst the most frames due at once */
    SendSchedule(double framesPerSecond, int burst, long startNs) {
        this.framesPerNs = framesPerSecond / NS_PER_SECOND;
        this.burst = burst;
        this.startNs = startNs;
        this.notBeforeNs = startNs;
    }

    /** Starts afresh: what was missed until now is not made up for. */
    void restart(long sent, long nowNs) {
        sentAtStart = sent;
        startNs = nowNs;
        notBeforeNs = nowNs;
    }

    /** Frames to send now, 0 to a burst; the caller sends them, or asks again. */
    int due(long sent, long nowNs) {
        if (framesPerNs == 0) {
            return burst;
        }
        if (nowNs < notBeforeNs) {
            return 0;
        }
        long due = (long) ((nowNs - startNs) * framesPerNs) - (sent - sentAtStart);
        int count = Math.clamp(due, 0, burst);
        if (count > 1) {
            notBeforeNs = nowNs + (long) (count / (CATCH_UP * framesPerNs));
        }
        return count;
    }
}
