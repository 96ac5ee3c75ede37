package io.millrace.lab.conformance;

import io.millrace.Frame;
import io.millrace.Stage;

/** Checks every word of every probe: each number comes once, in order, unchanged. */
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
        seen++; // only one thread writes it
    }

    /** The number of frames so far, all of them right. */
    int seen() {
        String found = problem;
        if (found != null) {
            throw new CaseFailedException(found);
        }
        return seen;
    }
}
