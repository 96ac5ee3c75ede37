package io.millrace.lab.traffic;

/** Sends one kind of frame. One thread sends at a time; {@link #stop} may come from any. */
public interface TrafficSource extends AutoCloseable {
    /** Hears how far a run is, about once a second, on the sending thread. */
    @FunctionalInterface
    interface Progress {
        /** No one listens. */
        Progress NONE = soFar -> {};

        /** What was done so far. */
        void at(TrafficReport soFar);
    }

    /** Sends on the calling thread until the plan is done or {@link #stop} was called. */
    TrafficReport send(TrafficPlan plan, Progress progress);

    /** Like {@link #send(TrafficPlan, Progress)}, quietly. */
    default TrafficReport send(TrafficPlan plan) {
        return send(plan, Progress.NONE);
    }

    /** Ends the run in course within some milliseconds; without one, the next run at once. */
    void stop();

    @Override
    void close();
}
