package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EFD_CLOEXEC;

import io.millrace.bindings.ConnectionCalls;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;

/**
 * File descriptors that are reserved for the process. When connections have used up all others, these are closed, so
 * that the program can still open a file, load a class and write its log. Nothing is accepted until a pause has passed
 * and as many descriptors are free again. One thread at a time.
 */
final class SpareDescriptors {
    /**
     * How long the descriptors are left to the process. Without a pause the next port of the poller would take them
     * back at once.
     */
    static final long PAUSE_NS = 50_000_000;

    private static final int COUNT = 16;

    private final int[] descriptors = new int[COUNT];
    private int held;
    private boolean pauses;
    private long notBeforeNs;

    /** Returns whether they were closed so recently that they must not be reopened yet. */
    boolean pauses(long nowNs) {
        return pauses && nowNs - notBeforeNs < 0;
    }

    /** Opens the missing ones; returns 0, or the errno of the kernel's refusal, after which none is held. */
    int take() {
        pauses = false;
        try {
            while (held < COUNT) {
                descriptors[held] = Libc.eventfd(0, EFD_CLOEXEC());
                held++;
            }
            return 0;
        } catch (SystemCallException e) {
            close();
            return e.errno();
        }
    }

    boolean areHeld() {
        return held == COUNT;
    }

    /** Closes the descriptors, so that the process can use them for {@link #PAUSE_NS}. */
    void letGo(long nowNs) {
        close();
        pauses = true;
        notBeforeNs = nowNs + PAUSE_NS;
    }

    /** Closes the descriptors without a pause. */
    void close() {
        while (held > 0) {
            held--;
            ConnectionCalls.close(descriptors[held]);
        }
    }
}
