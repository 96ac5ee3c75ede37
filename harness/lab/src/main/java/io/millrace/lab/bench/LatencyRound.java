package io.millrace.lab.bench;

import java.util.Map;

/**
 * One turn of one contender in the latency suite.
 *
 * @param contender its name
 * @param most      the messages a second that came back when as many were sent as it took
 * @param loads     what was measured under each load; empty if the turn failed
 * @param waited    the share of the time that it, or the client if that is more, waited for its CPU because something
 *                  else had it
 * @param problem   what did not add up, or ""
 * @param command   the command that it was started with, or ""
 */
record LatencyRound(
        String contender, double most, Map<Load, Times> loads, double waited, String problem, String command)
        implements Taken {
    /** The shares of the messages that are looked at, the slowest one last. */
    static final double[] SHARES = {0.5, 0.9, 0.99, 0.999, 0.9999, 1};

    /**
     * Round trips under one load. At a pace they are measured from the time when a message was due, not from the time
     * when the client sent it.
     *
     * @param ns       for each of {@link #SHARES}, how long those took at most
     * @param messages sent
     * @param lost     messages lost
     * @param distance between the contender's CPU and the client's
     */
    record Times(double[] ns, long messages, long lost, CpuDistance distance) {}

    static LatencyRound failed(String contender, String problem) {
        return new LatencyRound(contender, Double.NaN, Map.of(), 0, problem, "");
    }

    /** Nanoseconds, {@link Double#NaN} where nothing was measured. */
    double ns(Load load, int share) {
        return loads.containsKey(load) ? loads.get(load).ns[share] : Double.NaN;
    }

    /** Between the contender's CPU and the client's under a load. */
    CpuDistance distance(Load load) {
        return loads.containsKey(load) ? loads.get(load).distance : CpuDistance.UNKNOWN;
    }
}
