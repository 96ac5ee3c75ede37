package io.millrace.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How far the receiver's CPU and the sender's were from each other while a turn was taken: a cache line's way there and
 * back. They stay where they are on a machine of one's own. A virtual machine's are moved about by its host, on threads
 * of one core now, on other dies for some seconds then, and what one CPU hands to the other costs as much more: turns
 * compare where that was alike.
 *
 * @param startNs when the measured time began, {@link Double#NaN} if it is not known
 * @param endNs   when it had ended
 */
public record CpuDistance(double startNs, double endNs) {
    /** Compares with any other. */
    public static final CpuDistance UNKNOWN = new CpuDistance(Double.NaN, Double.NaN);
    /** Distances of one kind differ by a tenth or two, those of two kinds by a factor of two and more. */
    private static final double ALIKE = 1.5;

    /** Whether one of the CPUs was moved meanwhile, as far as start and end tell. */
    boolean changed() {
        return !isLike(startNs, endNs);
    }

    /** Whether turns that were taken so can be compared. */
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

    /** In words how far apart the CPUs were, each kind of distance once, or "" if it was always the same. */
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
