package io.millrace.lab.traffic;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Counts echoes, each once, as received, corrupted or duplicated, and records the round trips of those received.
 *
 * <p>One thread; nothing is allocated for an echo. {@link #latest} is for another one.
 */
final class EchoTally {
    /** The longest round trip that is told exactly; a longer one is recorded as this. */
    private static final long LONGEST_NS = 10_000_000_000L;

    private static final int DIGITS = 3;
    /** Some times more than all rings and sockets between sender and receiver can hold. */
    private static final int WINDOW = 1 << 18;

    private final SequenceWindow window = new SequenceWindow(WINDOW);
    private final Histogram roundTrips = new Histogram(1, LONGEST_NS, DIGITS);
    private final Histogram delays = new Histogram(1, LONGEST_NS, DIGITS);
    private final SingleWriterRecorder latest = new SingleWriterRecorder(1, LONGEST_NS, DIGITS);
    private long recordFrom;
    private long firstDueNs;
    /** 0 while nothing is due at any time. */
    private double intervalNs;

    private long received;
    private long corrupted;
    private long duplicated;
    private long highest = -1;

    /** From this sequence number on round trips are recorded. */
    void recordFrom(long sequence) {
        recordFrom = sequence;
    }

    /**
     * From now on the message with which recording begins is due at this time, and each one so much after the one
     * before.
     *
     * @param newIntervalNs 0 for messages that are not sent at a pace
     */
    void dueFrom(long newFirstDueNs, double newIntervalNs) {
        firstDueNs = newFirstDueNs;
        intervalNs = newIntervalNs;
    }

    /** Empties the histograms of what was recorded, but not what {@link #latest} has still to tell. */
    void forgetRoundTrips() {
        roundTrips.reset();
        delays.reset();
    }

    /** Counts something that came back and was never sent like that. */
    void countCorrupted() {
        corrupted++;
    }

    /**
     * Counts a right echo.
     *
     * @param sequence of it; one that was never used counts as corrupted
     * @param sent     sequence numbers used so far
     */
    void countEcho(long sequence, long sent, long sentAtNs, long nowNs) {
        if (sequence < 0 || sequence >= sent) {
            corrupted++;
            return;
        }
        switch (window.see(sequence)) {
            case NEW -> {
                received++;
                highest = Math.max(highest, sequence);
                record(sequence, nowNs, nowNs - sentAtNs);
            }
            case AGAIN -> duplicated++;
            case TOO_OLD -> corrupted++; // nothing holds a frame back for so long
        }
    }

    private void record(long sequence, long nowNs, long roundTripNs) {
        long value = Math.clamp(roundTripNs, 1, LONGEST_NS);
        latest.recordValue(value);
        if (sequence >= recordFrom) {
            roundTrips.recordValue(value);
            if (intervalNs > 0) {
                long dueNs = firstDueNs + (long) ((sequence - recordFrom) * intervalNs);
                delays.recordValue(Math.clamp(nowNs - dueNs, 1, LONGEST_NS));
            }
        }
    }

    /** Echoes that were right, each once. */
    long received() {
        return received;
    }

    /** What came back other than it was sent. */
    long corrupted() {
        return corrupted;
    }

    /** Right echoes of what had come back already. */
    long duplicated() {
        return duplicated;
    }

    /** The highest sequence number that came back, -1 before the first. */
    long highest() {
        return highest;
    }

    /** Echoes that have not come though a later one has: those lost, where they come in order. */
    long overtaken() {
        return highest + 1 - received;
    }

    /** All round trips recorded, in nanoseconds. */
    Histogram roundTrips() {
        return roundTrips;
    }

    /** The times from when each message was due until it was back, in nanoseconds, of messages sent at a pace. */
    Histogram delays() {
        return delays;
    }

    /** Round trips since the call before; one thread of any, with the histogram that it got last, or null. */
    Histogram latest(Histogram recycled) {
        return latest.getIntervalHistogram(recycled);
    }
}
