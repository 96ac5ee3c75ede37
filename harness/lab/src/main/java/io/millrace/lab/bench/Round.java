package io.millrace.lab.bench;

import java.util.List;

/**
 * The result of one turn of one contender. What a suite does not measure is {@link Double#NaN}.
 *
 * @param contender its name
 * @param rates     what it handled
 * @param cost      what each frame, datagram or message cost it
 * @param latency   the round trips of messages
 * @param pausesNs  how long its JVM stood still for its garbage collector in all its life
 * @param waited    the share of the time that it, or the generator if that is more, waited for its CPU because
 *                  something else had it
 * @param distance  between its CPU and the generator's
 * @param problem   what did not add up, or ""
 * @param command   the command that it was started with, or ""
 */
public record Round(
        String contender,
        Rates rates,
        Cost cost,
        Latency latency,
        double pausesNs,
        double waited,
        CpuDistance distance,
        String problem,
        String command)
        implements Taken {
    private static final double NEARLY_ALL = 0.99;
    /** The host's slow and fast phases make less of a difference than this in most turns. */
    private static final double COLD = 1.1;

    /**
     * Rates in frames, datagrams or messages a second.
     *
     * @param handled what it handled, by the kernel's count; messages by the client's
     * @param offered what reached its interface
     * @param dropped what it was too late for
     * @param rise    how many times as good it was in the second half of the measured time as in the first ({@link
     *                Window#rise})
     */
    public record Rates(double handled, double offered, double dropped, double rise) {
        /** The share of what was offered that was dropped. */
        public double droppedShare() {
            return offered == 0 ? 0 : dropped / offered;
        }
    }

    /**
     * What a frame, datagram or message cost the receiver.
     *
     * @param cpuNs     CPU time
     * @param userNs    the part of it outside the kernel, roughly
     * @param heapBytes allocated on the Java heap
     * @param resident  memory that the receiver had at the end, in bytes; not of one, of all of them
     */
    public record Cost(double cpuNs, double userNs, double heapBytes, double resident) {
        /** Stands for what was not measured. */
        public static final Cost NONE = new Cost(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /** Nanoseconds from sending a message to having all of it back. */
    public record Latency(double p50Ns, double p99Ns, double p999Ns, double maxNs) {
        /** Stands for what was not measured. */
        public static final Latency NONE = new Latency(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * Returns whether in most of these turns nearly everything was handled that was offered. Then the sender may have
     * been the limit, and the contender might handle more.
     */
    static boolean tookAll(List<Round> rounds) {
        long whole = rounds.stream()
                .filter(round -> round.rates.handled / round.rates.offered > NEARLY_ALL)
                .count();
        return 2 * whole > rounds.size();
    }

    /**
     * Returns whether in most of these turns the contender was so much better in the second half of the measured time
     * that the figures are those of its warming up: a JVM compiles for as long as it finds something to compile.
     */
    static boolean wasCold(List<Round> rounds) {
        return 2 * rounds.stream().filter(round -> round.rates.rise > COLD).count() > rounds.size();
    }

    /** Makes the result of a turn that failed. */
    static Round failed(String contender, String problem) {
        return new Round(
                contender,
                new Rates(Double.NaN, Double.NaN, Double.NaN, Double.NaN),
                Cost.NONE,
                Latency.NONE,
                Double.NaN,
                0,
                CpuDistance.UNKNOWN,
                problem,
                "");
    }

    /** What it handled a second. */
    public double perSecond() {
        return rates.handled;
    }
}
