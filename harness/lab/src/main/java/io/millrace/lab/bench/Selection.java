package io.millrace.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The suites that a user named, each once, in the order given. */
public final class Selection {
    private static final String ALL = "all";
    private static final String GOALS = "goals";
    private static final String TCP_ECHO = "tcp-echo";
    /** The suites that are not in {@link Suite}. */
    private static final List<String> OTHERS =
            List.of(LatencyMeasurement.NAME, ScaleMeasurement.NAME, CostMeasurement.NAME, MicroMeasurement.NAME);

    private final Set<String> names;
    private final boolean isForGoals;

    private Selection(Set<String> names, boolean isForGoals) {
        this.names = names;
        this.isForGoals = isForGoals;
    }

    /**
     * Selects by names, each of one suite, of several, or of all.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static Selection of(List<String> given) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : given) {
            List<String> meant = new ArrayList<>(
                    name.equals(GOALS)
                            ? Goals.SUITES
                            : Suite.named(name).stream().map(Suite::toString).toList());
            OTHERS.stream()
                    .filter(other -> name.equals(ALL) || name.equals(other))
                    .forEach(meant::add);
            if (meant.isEmpty()) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no suite; there are " + String.join(", ", known()));
            }
            names.addAll(meant);
        }
        return new Selection(names, given.equals(List.of(GOALS)));
    }

    private static List<String> known() {
        return Stream.of(
                        Stream.of(Suite.values()).map(Suite::toString),
                        OTHERS.stream(),
                        Stream.of(TCP_ECHO, GOALS, ALL))
                .flatMap(part -> part)
                .toList();
    }

    /** Returns whether only what {@link Goals} need is asked for. */
    boolean isForGoals() {
        return isForGoals;
    }

    /** The names of the suites, without collective names. */
    public Set<String> names() {
        return names;
    }

    /** All families whose contenders take part. */
    List<Family> families() {
        return Stream.of(Family.values())
                .filter(family -> has(family)
                        || has(CostMeasurement.NAME)
                        || has(ScaleMeasurement.NAME) && family != Family.UDP
                        || has(LatencyMeasurement.NAME) && family != Family.TCP)
                .toList();
    }

    /** Returns whether a suite of rates is among them that is about this. */
    public boolean has(Family family) {
        return Stream.of(Suite.values()).anyMatch(suite -> suite.family() == family && has(suite.toString()));
    }

    /** Returns whether this suite is among them. */
    public boolean has(String name) {
        return names.contains(name);
    }
}
