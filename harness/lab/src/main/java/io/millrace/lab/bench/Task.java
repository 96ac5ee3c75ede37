package io.millrace.lab.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What a contender is started for.
 *
 * @param suite         what to do
 * @param mode          what to do while there is nothing to receive
 * @param interfaceName of the namespace that it is started in
 * @param queue         of the interface, where frames come in the AF_XDP suites
 * @param length        bytes of a frame, or of a datagram's payload
 * @param address       of the interface, where the UDP and TCP suites expect it at {@link #PORT}
 * @param cpu           the one that it is pinned to
 * @param senderCpu     the one that sender, or client, has
 * @param spareCpus     those that neither it nor the sender has
 * @param folder        for its files
 */
record Task(
        Suite suite,
        Mode mode,
        String interfaceName,
        int queue,
        int length,
        String address,
        int cpu,
        int senderCpu,
        List<Integer> spareCpus,
        Path folder) {
    /** UDP or TCP. */
    static final int PORT = 9_000;
    /**
     * In the AF_XDP suites, the interface beside {@link #interfaceName} by which a contender sends that does not send
     * back.
     */
    static final String OUT_INTERFACE = "out0";
}
