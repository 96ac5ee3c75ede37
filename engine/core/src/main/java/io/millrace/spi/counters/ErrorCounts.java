package io.millrace.spi.counters;

import io.millrace.Endpoint;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many of one kind of fault each error has caused, and what is known of the last one by each. One thread, the
 * poller, adds; any thread may read.
 */
final class ErrorCounts {
    /** More errors than a kind of fault has; further ones are counted with the fault alone. */
    private static final int MOST = 24;

    private final int[] errnos = new int[MOST];
    private final LastFault[] last = new LastFault[MOST];
    private final AtomicLongArray counts = new AtomicLongArray(MOST);
    /** Places in use: what a place says of its error is there before this counts it. */
    private volatile int used;

    /** Poller only. */
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

    /** How many errors there have been; their places are those below. */
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
