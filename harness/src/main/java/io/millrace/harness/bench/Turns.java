package io.millrace.harness.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How turns are taken again, left out, and set beside each other, whatever they measure. */
final class Turns {
    private Turns() {
    }

    /** Takes one. */
    @FunctionalInterface
    interface Turn<T> {
        T take() throws IOException, InterruptedException;
    }

    /**
     * A turn in which others had much of the CPUs is taken again, but not for ever: the least disturbed one counts.
     *
     * @param attempts how often it is taken at most
     * @param listener told of each as it ends, and whether it counts
     */
    static <T extends Taken> T undisturbed(int attempts, Turn<T> turn, BiConsumer<T, Boolean> listener)
        throws IOException, InterruptedException {
        T best = turn.take();
        for (int i = 1; i < attempts && best.disturbed() && best.problem().isEmpty(); i++) {
            listener.accept(best, false);
            T again = turn.take();
            best = again.waited() < best.waited() || !again.problem().isEmpty() ? again : best;
        }
        listener.accept(best, true);
        return best;
    }

    static <T extends Taken> List<T> of(String contender, List<T> turns) {
        return turns.stream().filter(turn -> turn.contender().equals(contender)).toList();
    }

    /** Whether everyone has an undisturbed turn, so that the others can be left out. */
    static boolean canLeaveOut(List<String> contenders, List<? extends Taken> turns) {
        return contenders.stream().allMatch(one -> of(one, turns).stream().anyMatch(turn -> !turn.disturbed()));
    }

    /**
     * One's figure divided by the other's, of turns beside each other.
     *
     * @param leavesOut whether those of which one was disturbed do not count
     */
    static <T extends Taken> List<Double> ratios(List<T> first, List<T> second, boolean leavesOut,
                                                 ToDoubleFunction<T> figure) {
        return IntStream.range(0, Math.min(first.size(), second.size()))
            .filter(i -> !leavesOut || !first.get(i).disturbed() && !second.get(i).disturbed())
            .mapToObj(i -> figure.applyAsDouble(first.get(i)) / figure.applyAsDouble(second.get(i)))
            .filter(Double::isFinite).toList();
    }

    /** What a reader has to know of them. */
    static List<String> notes(List<? extends Taken> turns, boolean leavesOut) {
        List<String> notes = new ArrayList<>();
        long disturbed = turns.stream().filter(Taken::disturbed).count();
        if (disturbed > 0) {
            notes.add(String.format(Locale.ROOT, "%d of %d turns were disturbed, something else had their CPUs: %s",
                disturbed, turns.size(), leavesOut ? "they are left out" : "do not quote these figures"));
        }
        turns.stream().filter(turn -> !turn.problem().isEmpty()).forEach(turn ->
            notes.add("a turn of " + turn.contender() + " was not accounted for: " + turn.problem()));
        return notes;
    }
}
