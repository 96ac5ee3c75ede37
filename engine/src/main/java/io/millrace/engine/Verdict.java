package io.millrace.engine;

/**
 * What the stages have decided about a frame, as one {@code int} so that a slot needs no object and parallel stages
 * can agree without a lock: of two verdicts the larger one counts. A drop beats everything; of two forwards the one
 * of the later stage wins.
 */
public final class Verdict {
    /** No stage has decided: the frame is consumed at the end of the pipeline. */
    public static final int NONE = 0;
    /** The frame is dropped, and no later stage sees it. */
    public static final int DROP = Integer.MAX_VALUE;

    private static final int PORT_BITS = 16;
    private static final int PORT_MASK = (1 << PORT_BITS) - 1;

    private Verdict() {
    }

    /** The verdict of the stage at {@code stageIndex} (from 0, in pipeline order) to send the frame out of a port. */
    public static int forward(final int stageIndex, final int portId) {
        return (stageIndex + 1) << PORT_BITS | portId & PORT_MASK;
    }

    /** Whether the frame is to leave through {@link #portId}. */
    public static boolean isForward(final int verdict) {
        return verdict != NONE && verdict != DROP;
    }

    /** The port of a forward verdict. */
    public static int portId(final int verdict) {
        return verdict & PORT_MASK;
    }
}
