package io.millrace.lab.demo;

import java.util.List;

/**
 * The CPUs of the demo: the engine's poller has the first one, the driver the second, if there is one.
 *
 * @param engine the CPU of its poller
 * @param driver the CPU of its thread
 */
record Placement(int engine, int driver) {
    /** @param cpus those allowed, at least one */
    static Placement on(List<Integer> cpus) {
        return new Placement(cpus.getFirst(), cpus.get(Math.min(1, cpus.size() - 1)));
    }
}
