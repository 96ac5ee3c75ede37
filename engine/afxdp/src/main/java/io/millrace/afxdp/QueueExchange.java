package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import java.util.function.Consumer;

/**
 * Takes a port's queues away from the poller when their interface is gone, and hands the poller new ones when the
 * interface is back. The link thread makes the system calls and searches for the frames. The poller looks at the state
 * at the end of a duty cycle, and only while the interface is gone.
 *
 * <pre>
 *   link thread                                      poller
 *   {@link #ask}      IN_USE    ─▶ ASKED       the poller empties the RX rings, then drops the queues and
 *                     LEFT      ◀─ ASKED       {@link #leave}: notes which frames the kernel has not got
 *   {@link #collect}  LEFT      ─▶ COLLECTED   {@link #takeSurplus}: free frames go back to the pool
 *      The sockets are closed and the rings unmapped by then. Of the frames that the kernel had, as many are kept
 *      as the next queues need.
 *   {@link #bring}    COLLECTED ─▶ BROUGHT
 *                     IN_USE    ◀─ BROUGHT     {@link #takeQueues}: goes on with queues whose fill rings have what
 *                                                was kept
 * </pre>
 *
 * <p>The thread that may change the state next owns the other fields; it writes them before it changes the state.
 */
final class QueueExchange {
    /** The steps of an exchange. */
    enum State {
        /** The poller has queues. */
        IN_USE,
        /** The link thread wants the queues. */
        ASKED,
        /** The poller has dropped the queues; the link thread has to find their frames. */
        LEFT,
        /** There are no queues, and each frame that they had has been found. */
        COLLECTED,
        /** New queues wait for the poller. */
        BROUGHT
    }

    private final PortMemory memory;
    private final short place;
    private final Consumer<FrameAudit> held;
    private volatile State state = State.IN_USE;
    private FrameSearch search;
    private FramePool surplus;
    private PortQueues fresh;
    /**
     * Frames of the queues that are gone, kept for the fill rings of the next; null while there are queues. Only the
     * link thread may use this.
     */
    private FramePool kept;

    /**
     * @param place the port's place among the users of the memory
     * @param held  reports, on the poller's thread, which frames of the memory are neither free nor in the kernel
     */
    QueueExchange(PortMemory memory, short place, Consumer<FrameAudit> held) {
        this.memory = memory;
        this.place = place;
        this.held = held;
    }

    /** The current state. Any thread may call this. */
    State state() {
        return state;
    }

    // ---- link thread, and whoever closes the port when that thread and the poller have ended

    /** Asks the poller to let go of its queues, which must be {@link State#IN_USE}. */
    void ask() {
        search = new FrameSearch(memory, place);
        state = State.ASKED;
    }

    /**
     * Finds the frames that the kernel had of the queues that the poller has {@link State#LEFT}. Their sockets must be
     * closed and their rings unmapped.
     *
     * @param wanted how many of the frames new queues will need; the poller gets the others
     * @return the search, which says whether the frames add up
     */
    FrameSearch collect(int wanted) {
        FrameSearch done = search;
        search = null;
        FramePool found = done.missing();
        FramePool rest = FramePool.empty(memory.umem());
        while (found.available() > wanted) {
            rest.give(found.take());
        }
        kept = found;
        surplus = rest;
        state = State.COLLECTED;
        return done;
    }

    /** Returns the free frames for new queues. It is a copy, so that opening them may fail and be tried again. */
    FramePool kept() {
        return kept.copy();
    }

    /** Hands the poller new queues, whose fill rings have the {@link #kept} frames. */
    void bring(PortQueues queues) {
        kept = null;
        fresh = queues;
        state = State.BROUGHT;
    }

    /** Reports the free frames that are kept here. Used at the close. */
    void audit(FrameAudit audit) {
        if (kept != null) {
            audit.add(kept);
        }
        if (surplus != null) {
            audit.add(surplus);
        }
    }

    // ---- poller

    /**
     * Notes which frames the kernel does not have. The poller must not use its queues after this has returned.
     *
     * @param inKernel how many frames the kernel has, by the queues' own count
     */
    void leave(long inKernel) {
        search.note(held, inKernel);
        state = State.LEFT;
    }

    /** Moves free frames of the former queues to the pool; from {@link State#COLLECTED} on. */
    void takeSurplus(FramePool pool) {
        if (surplus != null) {
            pool.takeAll(surplus);
            surplus = null;
        }
    }

    /** Returns the new queues once they are {@link State#BROUGHT}; the poller uses them from now on. */
    PortQueues takeQueues() {
        PortQueues queues = fresh;
        fresh = null;
        state = State.IN_USE;
        return queues;
    }
}
