package io.millrace.lab.bench;

import io.millrace.lab.bench.micro.MicroMeasurement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The suites that a user named, each once, in that order. */
public final class Selection {
    private static final String ALL = "all";
    private static final String GOALS = "goals";
    private static final String TCP_ECHO = "tcp-echo";
    /** Beside the {@link Suite}s. */
    private static final List<String> OTHERS =
            List.of(LatencyMeasurement.NAME, ScaleMeasurement.NAME, CostMeasurement.NAME, MicroMeasurement.NAME);

    private final Set<String> names;
    private final boolean isForGoals;

    private Selection(Set<String> names, boolean isForGoals) {
        this.names = names;
        this.isForGoals = isForGoals;
    }

    /**
     * By names: of suites, of some of them, or of all.
     *
     * @throws IllegalArgumentException for a name that there is not
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

    /** Whether nothing is asked for but what {@link Goals} need. */
    boolean isForGoals() {
        return isForGoals;
    }

    /** Of suites, none of them a collective name. */
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

    /** Whether a suite of rates is among them that is about this. */
    public boolean has(Family family) {
        return Stream.of(Suite.values()).anyMatch(suite -> suite.family() == family && has(suite.toString()));
    }

    /** Whether this suite is among them. */
    public boolean has(String name) {
        return names.contains(name);
    }
}
