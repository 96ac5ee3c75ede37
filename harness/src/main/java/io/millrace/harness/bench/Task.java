package io.millrace.harness.bench;

import java.nio.file.Path;

/**
 * What a contender is started for.
 *
 * @param suite         what to do
 * @param mode          what to do while there is nothing to receive
 * @param interfaceName of the namespace that it is started in
 * @param address       of the interface, where the UDP and TCP suites expect it at {@link #PORT}
 * @param cpu           the one that it is pinned to
 * @param folder        for its files
 */
record Task(Suite suite, Mode mode, String interfaceName, String address, int cpu, Path folder) {
    /** UDP or TCP. */
    static final int PORT = 9_000;
}
