package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EFD_CLOEXEC;

import io.millrace.bindings.ConnectionCalls;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;

/**
 * Descriptors that are kept for the process. When connections have used up all others, these are let go, so that the
 * program can still open a file, load a class and write its log; nothing is accepted until a pause has passed and as
 * many are free again. One thread at a time.
 */
final class SpareDescriptors {
    /**
     * How long they are left to the process: without a pause the next port of the poller would take them back at once.
     */
    static final long PAUSE_NS = 50_000_000;

    private static final int COUNT = 16;

    private final int[] descriptors = new int[COUNT];
    private int held;
    private boolean pauses;
    private long notBeforeNs;

    /** Whether they were let go so short a time ago that they are not to be taken. */
    boolean pauses(long nowNs) {
        return pauses && nowNs - notBeforeNs < 0;
    }

    /** Takes what is missing; returns 0, or the errno of the kernel's refusal, after which none is held. */
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

    /** Closes them, so that the process has them for {@link #PAUSE_NS}. */
    void letGo(long nowNs) {
        close();
        pauses = true;
        notBeforeNs = nowNs + PAUSE_NS;
    }

    /** Closes them for good, or until they are taken again. */
    void close() {
        while (held > 0) {
            held--;
            ConnectionCalls.close(descriptors[held]);
        }
    }
}
