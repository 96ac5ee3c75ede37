package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Unit;
import java.util.Locale;

/**
 * How to measure.
 *
 * @param rounds       turns of each contender that count
 * @param attempts     how often a turn is taken when others had much of its CPUs
 * @param warmUpMs     under load, before the measured time
 * @param durationMs   measured time of a turn
 * @param length       bytes of a frame, or of a datagram's payload; the TCP suites have their own
 * @param rate         frames or datagrams a second, 0 for flat out
 * @param receiverCpu  CPU of the contender
 * @param generatorCpu CPU of the generator, or of the client
 * @param queues       of the interfaces, in the AF_XDP suites
 * @param connections  in the TCP suites, 0 for a suite's own number
 * @param mode         what contenders do while there is nothing to receive
 */
public record Settings(
        int rounds,
        int attempts,
        long warmUpMs,
        long durationMs,
        int length,
        double rate,
        int receiverCpu,
        int generatorCpu,
        int queues,
        int connections,
        Mode mode) {
    /** Of frames, and payloads. */
    public static final int USUAL_LENGTH = 64;

    private static final int USUAL_MTU = 1500;
    private static final int AROUND_MS = 2_000;
    private static final int ETHERNET_LENGTH = 14;

    /** Where the generator's frames come in: veth takes the queue of the sending CPU. */
    int queue() {
        return generatorCpu % queues;
    }

    /** About how long a turn takes, the contender's start and end and what is checked afterwards included. */
    long turnMs() {
        return warmUpMs + durationMs + AROUND_MS;
    }

    /** The same for another length. */
    public Settings ofLength(int bytes) {
        return new Settings(
                rounds,
                attempts,
                warmUpMs,
                durationMs,
                bytes,
                rate,
                receiverCpu,
                generatorCpu,
                queues,
                connections,
                mode);
    }

    /** The same for interfaces of so many queues. */
    Settings ofQueues(int count) {
        return new Settings(
                rounds,
                attempts,
                warmUpMs,
                durationMs,
                length,
                rate,
                receiverCpu,
                generatorCpu,
                count,
                connections,
                mode);
    }

    /** The same for so many TCP connections. */
    Settings ofConnections(int count) {
        return new Settings(
                rounds, attempts, warmUpMs, durationMs, length, rate, receiverCpu, generatorCpu, queues, count, mode);
    }

    /** The same at this pace, with contenders that do this while there is nothing to receive. */
    Settings paced(double newRate, Mode newMode) {
        return new Settings(
                rounds,
                attempts,
                warmUpMs,
                durationMs,
                length,
                newRate,
                receiverCpu,
                generatorCpu,
                queues,
                connections,
                newMode);
    }

    /** Connections that a TCP suite has with these settings. */
    int connectionsOf(Suite suite) {
        return connections == 0 ? suite.connections() : connections;
    }

    /** A suite's name with these settings: with what is not as usual. */
    String nameOf(Suite suite) {
        String sized = suite.family() == Family.TCP || length == USUAL_LENGTH ? suite.toString() : suite + "-" + length;
        String paced = rate == suite.pace() ? sized : sized + "-at-" + (long) rate;
        return mode == Mode.WAIT ? paced + "-waiting" : paced;
    }

    /** Largest packet that the interfaces take: more than usual if a frame is longer. */
    int mtu() {
        return Math.max(USUAL_MTU, length - ETHERNET_LENGTH);
    }

    /** What a suite asks of everyone with these settings, in a line. */
    public String title(Suite suite) {
        String traffic = switch (suite.family()) {
            case AF_XDP ->
                length + (Generator.isOfKernel(length) ? " B" : " B from a packet socket")
                        + ", native attach, copy mode, rate " + rateText();
            case UDP -> length + " B of payload, rate " + rateText();
            case TCP ->
                suite.messageLength() + " B, " + connectionsOf(suite)
                        + (connectionsOf(suite) == 1 ? " connection" : " connections");
        };
        return String.format(
                Locale.ROOT,
                "%s: %s; %s, %s, receiver on CPU %d, %s on CPU %d, %d turns of %d ms each, " + "after %d ms to warm up",
                nameOf(suite),
                suite.work(),
                traffic,
                mode,
                receiverCpu,
                suite.family() == Family.TCP ? "client" : "generator",
                generatorCpu,
                rounds,
                durationMs,
                warmUpMs);
    }

    private String rateText() {
        return rate == 0 ? "max" : Unit.PER_SECOND.text(rate);
    }
}
