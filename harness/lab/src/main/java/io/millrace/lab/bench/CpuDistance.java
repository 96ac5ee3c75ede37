package io.millrace.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The distance between the receiver's and the sender's CPU during a turn: the time of a cache line's way there and
 * back. On a physical machine it is constant. The host of a virtual machine moves its CPUs about, to two threads of one
 * core or to different dies, for some seconds each, and what one CPU hands to the other costs accordingly. So only
 * turns with a like distance are compared.
 *
 * @param startNs the distance when the measured time began, {@link Double#NaN} if it is not known
 * @param endNs   the distance when it had ended
 */
public record CpuDistance(double startNs, double endNs) {
    /** An unknown distance, which is like any other. */
    public static final CpuDistance UNKNOWN = new CpuDistance(Double.NaN, Double.NaN);
    /** Like distances differ by a tenth or two, others by a factor of two and more. */
    private static final double ALIKE = 1.5;

    /** Returns whether one of the CPUs was moved meanwhile, as far as the two measurements tell. */
    boolean changed() {
        return !isLike(startNs, endNs);
    }

    /** Returns whether turns with these distances can be compared. */
    boolean isLike(CpuDistance other) {
        return !changed() && !other.changed() && isLike(startNs, other.startNs);
    }

    private static boolean isLike(double one, double other) {
        return !(Math.max(one, other) > ALIKE * Math.min(one, other));
    }

    /** For tools, where it is known. */
    void put(Map<String, Object> map) {
        if (!Double.isNaN(startNs) && !Double.isNaN(endNs)) {
            map.put("cpu_distance_start_ns", startNs);
            map.put("cpu_distance_end_ns", endNs);
        }
    }

    /** For a line of progress, or "". */
    String text() {
        return Double.isNaN(startNs)
                ? ""
                : changed()
                        ? String.format(Locale.ROOT, ", CPUs %.0f, then %.0f ns apart", startNs, endNs)
                        : String.format(Locale.ROOT, ", CPUs %.0f ns apart", startNs);
    }

    /** Says how far apart the CPUs were, each kind of distance once; "" if it was always the same. */
    static String kinds(List<CpuDistance> turns) {
        List<CpuDistance> known =
                turns.stream().filter(turn -> !Double.isNaN(turn.startNs)).toList();
        List<Double> steady = known.stream()
                .filter(turn -> !turn.changed())
                .map(CpuDistance::startNs)
                .sorted()
                .toList();
        List<String> kinds = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= steady.size(); i++) {
            if (i == steady.size() || !isLike(steady.get(i - 1), steady.get(i))) {
                kinds.add(String.format(Locale.ROOT, "%.0f ns in %d", steady.get((first + i - 1) / 2), i - first));
                first = i;
            }
        }
        int changed = known.size() - steady.size();
        if (changed > 0) {
            kinds.add("changing in " + changed);
        }
        return kinds.size() < 2 ? "" : String.join(", ", kinds);
    }
}
