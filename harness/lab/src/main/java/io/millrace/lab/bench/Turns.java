package io.millrace.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Decides which turns are taken again, left out, and compared with each other, whatever they measure. */
final class Turns {
    private Turns() {}

    /** Takes a turn. */
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

    /** Returns whether everyone has an undisturbed turn, so that the others can be left out. */
    static boolean canLeaveOut(List<String> contenders, List<? extends Taken> turns) {
        return contenders.stream().allMatch(one -> of(one, turns).stream().anyMatch(turn -> !turn.disturbed()));
    }

    /**
     * Returns one's figure divided by the other's: for each turn of the one, with the nearest turn of the other at a
     * like distance between the CPUs; if there are no such turns, with turns beside each other.
     *
     * @param leavesOut whether those of which one was disturbed do not count
     */
    static <T extends Taken> List<Double> ratios(
            List<T> first,
            List<T> second,
            boolean leavesOut,
            Function<T, CpuDistance> distance,
            ToDoubleFunction<T> figure) {
        int turns = Math.min(first.size(), second.size());
        List<Double> alike = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            T one = first.get(i);
            int place = i;
            ToDoubleFunction<T> ratio = other -> leavesOut && (one.disturbed() || other.disturbed())
                    ? Double.NaN
                    : figure.applyAsDouble(one) / figure.applyAsDouble(other);
            IntStream.range(0, turns)
                    .boxed()
                    .sorted(Comparator.comparingInt(j -> Math.abs(place - j)))
                    .map(second::get)
                    .filter(other -> distance.apply(one).isLike(distance.apply(other)))
                    .map(ratio::applyAsDouble)
                    .filter(Double::isFinite)
                    .findFirst()
                    .ifPresent(alike::add);
            Optional.of(ratio.applyAsDouble(second.get(i)))
                    .filter(Double::isFinite)
                    .ifPresent(beside::add);
        }
        return alike.isEmpty() ? beside : alike;
    }

    /** The notes for a reader about where the CPUs were. */
    static List<String> distanceNotes(List<CpuDistance> turns) {
        String kinds = CpuDistance.kinds(turns);
        return kinds.isEmpty()
                ? List.of()
                : List.of("the host moved the CPUs: a cache line took, from one to the other and back, " + kinds
                        + " turns; ratios are of turns for which that was alike, where both have such");
    }

    /** The notes for a reader about the turns. */
    static List<String> notes(List<? extends Taken> turns, boolean leavesOut) {
        List<String> notes = new ArrayList<>();
        long disturbed = turns.stream().filter(Taken::disturbed).count();
        if (disturbed > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%d of %d turns were disturbed, something else had their CPUs: %s",
                    disturbed,
                    turns.size(),
                    leavesOut ? "they are left out" : "do not quote these figures"));
        }
        turns.stream()
                .filter(turn -> !turn.problem().isEmpty())
                .forEach(turn ->
                        notes.add("a turn of " + turn.contender() + " was not accounted for: " + turn.problem()));
        return notes;
    }
}
