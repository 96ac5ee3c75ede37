package io.millrace.lab.bench;

import java.io.IOException;

/**
 * The start or end of a measured time, with the CPU time that the receiver and its sender had used.
 *
 * @param timeNs   {@link System#nanoTime}
 * @param receiver all threads of the contender
 * @param sender   the generator's thread, or the client's process
 * @param resident memory that the contender has, in bytes
 */
record Window(long timeNs, CpuUse receiver, CpuUse sender, long resident) {
    /** Tells the CPU time of a thread or process. */
    @FunctionalInterface
    interface Sender {
        /** The CPU time used so far. */
        CpuUse cpuUse() throws IOException;
    }

    static Window now(Receiver receiver, Sender sender) throws IOException {
        return new Window(System.nanoTime(), receiver.cpuUse(), sender.cpuUse(), receiver.residentBytes());
    }

    long elapsedNs(Window before) {
        return timeNs - before.timeNs;
    }

    /**
     * How many times as good a contender was in the second half of a measured time as in the first: by what it handled
     * a second, or, where that is given to it, by the CPU time that each took. Well above 1, it was not hot yet.
     *
     * @param first  frames, datagrams or messages that it handled from {@code start} to {@code middle}
     * @param second from {@code middle} to {@code end}
     * @return NaN if it handled nothing in one of them
     */
    static double rise(Window start, Window middle, Window end, double first, double second) {
        if (!(first > 0 && second > 0)) {
            return Double.NaN;
        }
        double rate = second / end.elapsedNs(middle) / (first / middle.elapsedNs(start));
        double cpu = middle.cost(start, first, 0).cpuNs()
                / end.cost(middle, second, 0).cpuNs();
        return Double.isFinite(cpu) ? Math.max(rate, cpu) : rate;
    }

    /** The share of the time since then that one of both waited for its CPU because something else had it. */
    double waited(Window before) {
        long elapsedNs = elapsedNs(before);
        return Math.max(
                receiver.since(before.receiver).waited(elapsedNs),
                sender.since(before.sender).waited(elapsedNs));
    }

    /** What each of so many frames, datagrams or messages cost the receiver since then. */
    Round.Cost cost(Window before, double handled, double heapBytesPerSecond) {
        if (handled <= 0) {
            return Round.Cost.NONE;
        }
        CpuUse use = receiver.since(before.receiver);
        double cpuNs = use.runNs() / handled;
        double handledPerSecond = handled * 1e9 / elapsedNs(before);
        return new Round.Cost(cpuNs, cpuNs * use.userShare(), heapBytesPerSecond / handledPerSecond, resident);
    }
}
