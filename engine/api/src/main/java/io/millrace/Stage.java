package io.millrace;

/**
 * One step of a pipeline. It looks at a frame, may change its bytes in place, and may decide what becomes of it.
 *
 * <p>The engine calls {@link #configure} on the thread that opens it, and everything else on the one thread that the
 * stage belongs to: a thread of its own in {@code pipelined} mode, the poller in {@code inline} mode. A stage needs no
 * locks for its own state, and the same class serves both modes.
 *
 * <p>A frame that no stage dropped or forwarded is <em>consumed</em> at the end of the pipeline: its memory goes back
 * to the fill ring. If a stage throws anything, the frame that it was given is dropped and counted, the exception is
 * logged, and the engine goes on, or stops in order with {@code on-error = stop}.
 */
@FunctionalInterface
public interface Stage {

    /**
     * Takes what the stage needs from its configuration, before any interface is touched.
     *
     * @throws IllegalArgumentException if the configuration is wrong; its message is shown to the operator
     */
    default void configure(StageContext context) {}

    /** Called on the stage's thread before its first frame. */
    default void onStart() {}

    /**
     * Handles one frame. Must not allocate, block or log if the engine is to keep up.
     *
     * @param frame a flyweight that is valid until this method returns; after it, every access throws, or shows the
     *              next frame while the same batch is being handled. {@link Frame#lease()} keeps a frame longer.
     * @throws Exception anything that the stage does not handle: the frame is dropped and counted as an error
     */
    void onFrame(Frame frame) throws Exception;

    /**
     * Hears of a change of a TCP connection's state, in order with the connection's frames: {@code ESTABLISHED} comes
     * before its first frame, and may come before {@link Engine.Builder#start} has returned; {@code CLOSED} or {@code
     * FAILED} comes after its last frame. Ports without connections never call it.
     *
     * @param connection a flyweight that is valid until this method returns
     * @throws Exception anything that the stage does not handle: it is counted as an error, and the connection goes on
     */
    default void onConnection(Connection connection) throws Exception {}

    /**
     * A timer of the stage has fired, which it had set by {@link Timers#schedule}. Called between batches of frames, on
     * the stage's thread.
     *
     * @param timerId what {@code schedule} returned; the timer is not pending any more
     * @param nowNs   the time at which the engine looked for timers, not before the deadline
     * @throws Exception anything that the stage does not handle: it is counted as an error
     */
    default void onTimer(long timerId, long nowNs) throws Exception {}

    /** Called after the last frame of a batch; the place to flush what was gathered during the batch. */
    default void onBatchEnd() {}

    /** Called on the stage's thread after its last frame, before the engine's memory is unmapped. */
    default void onStop() {}
}
