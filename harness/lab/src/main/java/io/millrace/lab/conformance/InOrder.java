package io.millrace.lab.conformance;

import io.millrace.Frame;
import io.millrace.Stage;

/** Looks at every word of every probe: each number once, in order, nothing changed. */
final class InOrder implements Stage {
    private final int length;
    private volatile int seen;
    private volatile String problem;

    /** @param length of every frame */
    InOrder(int length) {
        this.length = length;
    }

    @Override
    public void onFrame(Frame frame) {
        if (problem == null) {
            problem = ProbeFrame.problem(frame.buffer(), seen, length);
        }
        seen++; // one thread writes it
    }

    /** Frames so far, all of them right. */
    int seen() {
        String found = problem;
        if (found != null) {
            throw new CaseFailedException(found);
        }
        return seen;
    }
}
