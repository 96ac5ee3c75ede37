package io.millrace.harness.bench;

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
 * @param mode         what contenders do while there is nothing to receive
 */
public record Settings(int rounds, int attempts, long warmUpMs, long durationMs, int length, double rate,
                       int receiverCpu, int generatorCpu, int queues, Mode mode) {
    /** Where the generator's frames come in: veth takes the queue of the sending CPU. */
    int queue() {
        return generatorCpu % queues;
    }
}
