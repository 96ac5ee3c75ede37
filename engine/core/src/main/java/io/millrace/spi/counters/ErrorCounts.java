package io.millrace.spi.counters;

import io.millrace.Endpoint;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts faults of one kind by their errno, with details of the last fault of each. One thread, the poller, adds; any
 * thread may read.
 */
final class ErrorCounts {
    /** More errnos than any kind of fault has. Any further one is only counted in the fault itself. */
    private static final int MOST = 24;

    private final int[] errnos = new int[MOST];
    private final LastFault[] last = new LastFault[MOST];
    private final AtomicLongArray counts = new AtomicLongArray(MOST);
    /** The part of each count that another kind of fault already reports. */
    private final AtomicLongArray elsewhere = new AtomicLongArray(MOST);
    /** The number of places in use. A place is filled before this number includes it. */
    private volatile int used;

    /** Only the poller's thread may call this. */
    void add(int errno, long amount, Endpoint peer) {
        int place = place(errno);
        if (place < MOST) {
            last[place].write(errno, peer);
            counts.setRelease(place, counts.getPlain(place) + amount);
        }
    }

    /** Counts one that another kind of fault already reports. Only the poller's thread may call this. */
    void addToldElsewhere(int errno, Endpoint peer) {
        int place = place(errno);
        if (place < MOST) {
            elsewhere.setRelease(place, elsewhere.getPlain(place) + 1); // before the whole count includes it
            add(errno, 1, peer);
        }
    }

    /** Where the error is counted, or {@link #MOST} where there are too many others. */
    private int place(int errno) {
        int end = used;
        for (int i = 0; i < end; i++) {
            if (errnos[i] == errno) {
                return i;
            }
        }
        if (end < MOST) {
            errnos[end] = errno;
            last[end] = new LastFault();
            used = end + 1;
        }
        return end;
    }

    /** The number of errnos that have occurred; their places are those below it. */
    int size() {
        return used;
    }

    int errno(int place) {
        return errnos[place];
    }

    long count(int place) {
        return counts.getAcquire(place);
    }

    /** The part of {@link #count} that no other kind of fault reports. */
    long toBeTold(int place) {
        long all = counts.getAcquire(place); // read before the part that is reported elsewhere
        return Math.max(0, all - elsewhere.getAcquire(place));
    }

    FaultDetails last(int place) {
        return last[place].read();
    }
}
