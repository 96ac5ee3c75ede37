package io.millrace;

/**
 * The timers of one stage, from {@link StageContext#timers}. They belong to the stage's thread: all methods but {@link
 * #nowNs} are for the callbacks of the stage from {@link Stage#onStart} on, and throw an {@link IllegalStateException}
 * on any other thread. Timers that are pending when the stage stops never fire.
 *
 * <p>A timer costs no heap but for the arrays behind it, which grow to the most timers that were pending at once.
 * Setting and cancelling one takes time in the order of the logarithm of how many are pending; those that are not due
 * cost a duty cycle one reading of the clock and one comparison.
 */
public interface Timers {
    /**
     * The time of the engine's clock in nanoseconds: {@link System#nanoTime}, unless {@link Engine.Builder#clock} has
     * set another. Any thread may ask.
     */
    long nowNs();

    /**
     * Sets a timer. {@link Stage#onTimer} is called once, not before the deadline, and as soon after it as the stage
     * has finished the batch that it is at; a sleeping thread wakes for it. A deadline that has passed is due at once.
     * Timers fire in the order of their deadlines; those of equal deadlines in any order.
     *
     * @param deadlineNs a time of {@link #nowNs}; {@link Long#MAX_VALUE} never comes
     * @return the timer's id, which is never 0, and not that of another timer that is pending
     * @throws IllegalStateException on another thread than the stage's, or if 16,777,216 timers are pending
     */
    long schedule(long deadlineNs);

    /**
     * Cancels a timer.
     *
     * @return whether it was pending: false if it has fired, which it has in its own callback, or if it was cancelled
     */
    boolean cancel(long timerId);

    /** How many timers are pending. */
    int pending();
}
