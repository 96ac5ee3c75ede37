package io.millrace.harness.bench;

import io.millrace.engine.HostException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What a user asked for, as measurements to be run one after the other. */
public final class BenchPlan {
    /** Everything. */
    public static final String ALL = "all";
    private static final String TCP_ECHO = "tcp-echo";
    private static final int LARGE_FRAME = 1500;

    private final Path harness;
    private final boolean quick;
    private final List<String> chosen;
    private final List<Integer> lengths;
    private final Consumer<String> missing;
    private final Map<Family, List<Contender>> contenders = new LinkedHashMap<>();

    /**
     * For one run.
     *
     * @param harness the harness's folder in the source tree
     * @param quick   with few contenders
     * @param chosen  names of contenders, or null for the usual ones that can be had here
     * @param lengths of frames and payloads, or null for those that a suite has by itself
     * @param missing told of contenders that are left out, and why
     */
    public BenchPlan(Path harness, boolean quick, List<String> chosen, List<Integer> lengths,
                     Consumer<String> missing) {
        this.harness = harness;
        this.quick = quick;
        this.chosen = chosen;
        this.lengths = lengths;
        this.missing = missing;
    }

    /** All names that {@link #suites} knows. */
    public static List<String> names() {
        return Stream.concat(Stream.of(Suite.values()).map(Suite::toString), Stream.of(TCP_ECHO, ALL)).toList();
    }

    /**
     * Suites by the names that a user gave, each once.
     *
     * @throws IllegalArgumentException for a name that there is not
     */
    public static Set<Suite> suites(List<String> names) {
        Set<Suite> suites = new LinkedHashSet<>();
        for (String name : names) {
            List<Suite> named = Suite.named(name);
            if (named.isEmpty()) {
                throw new IllegalArgumentException("'" + name + "' is no suite; there are "
                    + String.join(", ", names()));
            }
            suites.addAll(named);
        }
        return suites;
    }

    /**
     * Makes ready whatever these suites need.
     *
     * @throws IllegalArgumentException for a contender that there is not
     */
    public List<Measurement> measurements(Set<Suite> suites, Settings settings) throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        for (Suite suite : suites) {
            List<Contender> opponents = contenders(suite.family());
            for (int length : lengths(suite)) {
                measurements.add(new RateMeasurement(suite, settings.ofLength(length), opponents, harness));
            }
        }
        return measurements;
    }

    private List<Integer> lengths(Suite suite) {
        if (suite.family() == Family.TCP) {
            return List.of(Settings.USUAL_LENGTH); // it has its own
        }
        if (lengths != null) {
            return lengths;
        }
        return suite.family() == Family.AF_XDP && !quick ? List.of(Settings.USUAL_LENGTH, LARGE_FRAME)
            : List.of(Settings.USUAL_LENGTH);
    }

    private List<Contender> contenders(Family family) throws IOException {
        List<Contender> known = contenders.get(family);
        if (known == null) {
            Contenders all = new Contenders(family, harness);
            known = chosen == null ? ready(all) : all.of(chosen);
            contenders.put(family, known);
        }
        return known;
    }

    /** Who was not asked for by name may be missing. */
    private List<Contender> ready(Contenders all) throws IOException {
        List<Contender> ready = new ArrayList<>();
        for (Contender contender : all.of(quick ? all.few() : all.usual())) {
            try {
                contender.prepare();
                ready.add(contender);
            } catch (HostException e) {
                missing.accept(contender.name() + " is left out: " + e.getMessage());
            }
        }
        return ready;
    }
}
