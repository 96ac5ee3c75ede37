package io.millrace.engine.uring;

import io.millrace.bindings.ConnectionCalls;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;

import static io.millrace.bindings.libc.libc_h.EFD_CLOEXEC;

/**
 * Descriptors that are kept for the process. When connections have used up all others, these are let go, so that the
 * program can still open a file, load a class and write its log; nothing is accepted until as many are free again. One
 * thread at a time.
 */
final class SpareDescriptors {
    private static final int COUNT = 16;

    private final int[] descriptors = new int[COUNT];
    private int held;

    /** Takes what is missing; returns 0, or the errno of the kernel's refusal, after which none is held. */
    int take() {
        try {
            while (held < COUNT) {
                descriptors[held] = Libc.eventfd(0, EFD_CLOEXEC());
                held++;
            }
            return 0;
        } catch (SystemCallException e) {
            letGo();
            return e.errno();
        }
    }

    boolean areHeld() {
        return held == COUNT;
    }

    /** Lets the process have them. */
    void letGo() {
        while (held > 0) {
            held--;
            ConnectionCalls.close(descriptors[held]);
        }
    }
}
