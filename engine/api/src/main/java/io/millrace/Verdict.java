package io.millrace;

/**
 * What the stages have decided about a frame, as one {@code int}, so that a slot needs no object and parallel stages
 * can agree without a lock: of two stages' verdicts the larger one counts. A drop beats every forward; of two forwards
 * the one of the later stage wins. Within a stage the last call counts, whatever it says: the port's id never decides.
 *
 * <pre>
 *   31 30 29                        16 15                          0
 *  +--+--+----------------------------+-----------------------------+
 *  | 0| D|   index of the stage + 1   |  id of the port to leave by |
 *  +--+--+----------------------------+-----------------------------+
 * </pre>
 */
public final class Verdict {
    /** No stage has decided: the frame is consumed at the end of the pipeline. */
    public static final int NONE = 0;
    /** A drop by the engine itself, which stopped before the stages were done with the frame. */
    public static final int ABANDONED = Integer.MAX_VALUE;
    /** The most stages of a pipeline. */
    public static final int MAX_STAGES = (1 << 14) - 2;

    /** The most ports of an engine: verdicts and the ids of connections have no room for more. */
    public static final int MAX_PORTS = 1 << 12;

    private static final int DROP_BIT = 1 << 30;
    private static final int STAGE_SHIFT = 16;
    private static final int STAGE_MASK = (1 << 14) - 1;
    private static final int PORT_MASK = (1 << STAGE_SHIFT) - 1;

    private Verdict() {}

    /**
     * Returns the verdict of the stage at {@code stageIndex}, from 0 in pipeline order, to send the frame out of a
     * port.
     */
    public static int forward(int stageIndex, int portId) {
        return (stageIndex + 1) << STAGE_SHIFT | portId & PORT_MASK;
    }

    /** Returns the verdict of the stage at {@code stageIndex} to drop the frame. */
    public static int drop(int stageIndex) {
        return DROP_BIT | (stageIndex + 1) << STAGE_SHIFT;
    }

    /** Returns whether the frame is to be dropped. */
    public static boolean isDrop(int verdict) {
        return (verdict & DROP_BIT) != 0;
    }

    /** Returns whether the frame is to leave through {@link #portId}. */
    public static boolean isForward(int verdict) {
        return verdict != NONE && !isDrop(verdict);
    }

    /** The index of the stage that gave the verdict. */
    public static int stageIndex(int verdict) {
        return (verdict >>> STAGE_SHIFT & STAGE_MASK) - 1;
    }

    /** The port of a forward verdict. */
    public static int portId(int verdict) {
        return verdict & PORT_MASK;
    }
}
