package io.millrace.harness.bench;

/**
 * One turn of one contender.
 *
 * @param contender        its name
 * @param framesPerSecond  frames that it handled, by the kernel's count
 * @param offeredPerSecond frames that reached its interface
 * @param cpuNsPerFrame    its CPU time a frame handled
 * @param waited           the share of the time that it, or the generator if that is more, waited for its CPU because
 *                         something else had it
 * @param problem          what did not add up, or ""
 */
public record Round(String contender, double framesPerSecond, double offeredPerSecond, double cpuNsPerFrame,
                    double waited, String problem) {
    private static final double MUCH = 0.1;

    /** True when others had so much of the CPUs that the figures say more about them. */
    public boolean disturbed() {
        return waited > MUCH;
    }
}
