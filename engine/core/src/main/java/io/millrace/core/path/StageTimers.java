package io.millrace.core.path;

import io.millrace.Timers;
import java.util.Arrays;
import org.agrona.concurrent.NanoClock;

/**
 * The timers of one stage: a binary heap by deadline. Agrona's timer wheel would set and cancel in constant time, but
 * it does not know which timer is next, which a thread that is about to sleep has to know. Used by the stage's thread
 * only.
 */
public final class StageTimers implements Timers {
    private static final int FIRST_CAPACITY = 16;
    /** An id is a slot's number in the low bits, and how often the slot has been taken in those above. */
    private static final int SLOT_BITS = 24;

    private static final int MOST = 1 << SLOT_BITS;
    private static final long LAST_GENERATION = -1L >>> SLOT_BITS;
    private static final int FREE = -1;
    private static final int NONE = -1;

    private final NanoClock clock;
    private Thread owner;

    private int pending;
    /** The slots of pending timers: each is due no later than those at twice its index plus one and plus two. */
    private int[] heap = {};

    private long[] deadlines = {};
    /** Where the slot is in the heap; FREE if it holds no timer. */
    private int[] places = {};
    /** How often the slot has been taken, counted from 1. */
    private long[] generations = {};
    /** The free slots, as a list that starts at {@link #firstFree}. */
    private int[] nextFree = {};

    private int firstFree = NONE;

    public StageTimers(NanoClock clock) {
        this.clock = clock;
    }

    /** From now on the timers belong to the calling thread. */
    void start() {
        owner = Thread.currentThread();
    }

    @Override
    public long nowNs() {
        return clock.nanoTime();
    }

    @Override
    public int pending() {
        requireOwner();
        return pending;
    }

    @Override
    public long schedule(long deadlineNs) {
        requireOwner();
        if (firstFree == NONE) {
            grow();
        }
        int slot = firstFree;
        firstFree = nextFree[slot];
        deadlines[slot] = deadlineNs;
        rise(pending++, slot);
        return id(slot);
    }

    @Override
    public boolean cancel(long timerId) {
        requireOwner();
        int slot = (int) timerId & MOST - 1;
        if (slot >= places.length || places[slot] == FREE || id(slot) != timerId) {
            return false;
        }
        remove(slot);
        return true;
    }

    /** Nanoseconds until the next timer is due: 0 if it is due, {@link Long#MAX_VALUE} if there is none. */
    long nanosUntilDue() {
        if (pending == 0) {
            return Long.MAX_VALUE;
        }
        long deadline = deadlines[heap[0]];
        long nowNs = clock.nanoTime();
        if (deadline <= nowNs) {
            return 0;
        }
        long leftNs = deadline - nowNs; // of a clock that is below zero, it may be more than a long holds
        return deadline == Long.MAX_VALUE || leftNs < 0 ? Long.MAX_VALUE : leftNs;
    }

    /** Whether no timer is pending. */
    boolean isEmpty() {
        return pending == 0;
    }

    /** Whether a timer is due at the time. */
    boolean isDue(long nowNs) {
        return pending > 0 && deadlines[heap[0]] <= nowNs;
    }

    /** Takes the timer that is due first, and returns its id. There must be one. */
    long take() {
        int slot = heap[0];
        long id = id(slot);
        remove(slot);
        return id;
    }

    private long id(int slot) {
        return generations[slot] << SLOT_BITS | slot;
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a stage's timers are for its own thread, from onStart on; this is "
                    + Thread.currentThread().getName());
        }
    }

    private void remove(int slot) {
        int place = places[slot];
        int last = heap[--pending];
        if (last != slot) {
            if (place > 0 && deadlines[last] < deadlines[heap[parent(place)]]) {
                rise(place, last);
            } else {
                sink(place, last);
            }
        }
        places[slot] = FREE;
        generations[slot] = generations[slot] == LAST_GENERATION ? 1 : generations[slot] + 1;
        nextFree[slot] = firstFree;
        firstFree = slot;
    }

    /** Puts the slot at the place, or nearer to the top as long as it is due before the one above. */
    private void rise(int from, int slot) {
        int place = from;
        while (place > 0) {
            int above = heap[parent(place)];
            if (deadlines[above] <= deadlines[slot]) {
                break;
            }
            put(place, above);
            place = parent(place);
        }
        put(place, slot);
    }

    /** Puts the slot at the place, or further down as long as one below is due before it. */
    private void sink(int from, int slot) {
        int place = from;
        for (int child = 2 * place + 1; child < pending; child = 2 * place + 1) {
            if (child + 1 < pending && deadlines[heap[child + 1]] < deadlines[heap[child]]) {
                child++;
            }
            if (deadlines[slot] <= deadlines[heap[child]]) {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, slot);
    }

    private void put(int place, int slot) {
        heap[place] = slot;
        places[slot] = place;
    }

    private static int parent(int place) {
        return (place - 1) / 2;
    }

    private void grow() {
        int before = places.length;
        if (before == MOST) {
            throw new IllegalStateException(MOST + " timers are pending; cancel those that are not needed");
        }
        int after = Math.max(FIRST_CAPACITY, 2 * before);
        heap = Arrays.copyOf(heap, after);
        deadlines = Arrays.copyOf(deadlines, after);
        generations = Arrays.copyOf(generations, after);
        nextFree = Arrays.copyOf(nextFree, after);
        places = Arrays.copyOf(places, after); // last, because its length says how many slots there are
        for (int slot = after - 1; slot >= before; slot--) {
            places[slot] = FREE;
            generations[slot] = 1;
            nextFree[slot] = firstFree;
            firstFree = slot;
        }
    }
}
