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
    /** The number of places in use. A place is filled before this number includes it. */
    private volatile int used;

    /** Only the poller's thread may call this. */
    void add(int errno, long amount, Endpoint peer) {
        int place = place(errno);
        if (place == used) {
            if (place == MOST) {
                return;
            }
            errnos[place] = errno;
            last[place] = new LastFault();
            used = place + 1;
        }
        last[place].write(errno, peer);
        counts.setRelease(place, counts.getPlain(place) + amount);
    }

    private int place(int errno) {
        int end = used;
        for (int i = 0; i < end; i++) {
            if (errnos[i] == errno) {
                return i;
            }
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

    FaultDetails last(int place) {
        return last[place].read();
    }
}
