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
    /** The usual length of frames and payloads. */
    public static final int USUAL_LENGTH = 64;

    private static final int USUAL_MTU = 1500;
    private static final int AROUND_MS = 2_000;
    private static final int ETHERNET_LENGTH = 14;

    /** Where the generator's frames come in: veth takes the queue of the sending CPU. */
    int queue() {
        return generatorCpu % queues;
    }

    /** The approximate time of a turn, including the contender's start and end and the checks afterwards. */
    long turnMs() {
        return warmUpMs + durationMs + AROUND_MS;
    }

    /** Returns the same settings for another length. */
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

    /** Returns the same settings for interfaces with a number of queues. */
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

    /** Returns the same settings for a number of TCP connections. */
    Settings ofConnections(int count) {
        return new Settings(
                rounds, attempts, warmUpMs, durationMs, length, rate, receiverCpu, generatorCpu, queues, count, mode);
    }

    /** Returns the same settings at a pace, with a mode for when there is nothing to receive. */
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

    /** The number of connections of a TCP suite with these settings. */
    int connectionsOf(Suite suite) {
        return connections == 0 ? suite.connections() : connections;
    }

    /** Returns a suite's name, with the settings that differ from the usual ones. */
    String nameOf(Suite suite) {
        String sized = suite.family() == Family.TCP || length == USUAL_LENGTH ? suite.toString() : suite + "-" + length;
        String paced = rate == suite.pace() ? sized : sized + "-at-" + (long) rate;
        return mode == Mode.WAIT ? paced + "-waiting" : paced;
    }

    /** The MTU of the interfaces: larger than usual if a frame is longer. */
    int mtu() {
        return Math.max(USUAL_MTU, length - ETHERNET_LENGTH);
    }

    /** Says in a line what a suite asks of everyone with these settings. */
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
