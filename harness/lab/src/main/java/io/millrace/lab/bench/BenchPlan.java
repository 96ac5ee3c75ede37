package io.millrace.lab.bench;

import io.millrace.HostException;
import io.millrace.lab.bench.micro.MicroBenchmark;
import io.millrace.lab.bench.micro.MicroSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Makes the measurements that a user asked for, in the order in which they run. */
public final class BenchPlan {
    private static final int LARGE_FRAME = 1500;
    private static final double PACE = CostMeasurement.PACES.getFirst();
    private static final double FAST_PACE = CostMeasurement.PACES.getLast();

    private final Path lab;
    private final boolean quick;
    private final List<String> chosen;
    private final List<Integer> lengths;
    private final Consumer<String> missing;
    private final Map<Family, List<Contender>> contenders = new LinkedHashMap<>();

    /**
     * For one run.
     *
     * @param lab the lab's folder in the source tree
     * @param quick   with few contenders
     * @param chosen  names of contenders, or null for the usual ones that can be had here
     * @param lengths of frames and payloads, or null for those that a suite has by itself
     * @param missing told of contenders that are left out, and why
     */
    public BenchPlan(Path lab, boolean quick, List<String> chosen, List<Integer> lengths, Consumer<String> missing) {
        this.lab = lab;
        this.quick = quick;
        this.chosen = chosen;
        this.lengths = lengths;
        this.missing = missing;
    }

    /**
     * Makes ready whatever these suites need.
     *
     * @throws IllegalArgumentException for a contender that there is not
     */
    public List<Measurement> measurements(Selection selection, Settings settings) throws IOException {
        checkChosen(selection);
        List<Measurement> measurements = new ArrayList<>();
        for (String name : selection.names()) {
            switch (name) {
                case LatencyMeasurement.NAME ->
                    measurements.add(
                            new LatencyMeasurement(settings, contenders(Family.AF_XDP), contenders(Family.UDP)));
                case CostMeasurement.NAME ->
                    measurements.add(new CostMeasurement(
                            settings,
                            selection.isForGoals() ? sinks() : works(),
                            StartUp.byLauncher(lab, settings.generatorCpu()),
                            lab));
                case ScaleMeasurement.NAME -> measurements.add(new ScaleMeasurement(settings, axes(settings), lab));
                case MicroMeasurement.NAME -> measurements.add(new MicroMeasurement(micro(selection, settings), lab));
                default -> measurements.addAll(rates(Suite.named(name).getFirst(), settings, selection.isForGoals()));
            }
        }
        return measurements;
    }

    /** Checks that each name belongs to a family that is measured, and that each family has one. */
    private void checkChosen(Selection selection) {
        if (chosen == null) {
            return;
        }
        Set<String> there = new LinkedHashSet<>();
        for (Family family : selection.families()) {
            List<String> names = new Contenders(family, lab).names();
            if (chosen.stream().noneMatch(names::contains)) {
                throw new IllegalArgumentException(
                        "none of " + String.join(", ", chosen) + " takes part in the suites of " + family.unit()
                                + "s; choose from " + String.join(", ", names));
            }
            there.addAll(names);
        }
        chosen.stream().filter(name -> !there.contains(name)).forEach(name -> {
            throw new IllegalArgumentException(
                    "'" + name + "' is no contender; choose from " + String.join(", ", there));
        });
    }

    /** Measures at paces that everyone keeps up with. Of the contenders on AF_XDP only the engine can sleep. */
    private List<CostMeasurement.Work> works() throws IOException {
        List<Contender> frames = contenders(Family.AF_XDP).stream()
                .filter(one -> one.name().equals("engine"))
                .toList();
        if (quick) {
            return List.of(
                    new CostMeasurement.Work(Suite.AFXDP_RX, PACE, frames),
                    new CostMeasurement.Work(Suite.UDP_SINK, PACE, contenders(Family.UDP)));
        }
        List<CostMeasurement.Work> works = new ArrayList<>(List.of(
                new CostMeasurement.Work(Suite.AFXDP_RX, PACE, frames),
                new CostMeasurement.Work(Suite.AFXDP_REFLECT, PACE, frames)));
        works.addAll(sinks());
        works.add(new CostMeasurement.Work(Suite.TCP_ECHO_64X100, 0, contenders(Family.TCP)));
        return works;
    }

    private List<CostMeasurement.Work> sinks() throws IOException {
        return List.of(
                new CostMeasurement.Work(Suite.UDP_SINK, PACE, contenders(Family.UDP)),
                new CostMeasurement.Work(Suite.UDP_SINK, FAST_PACE, contenders(Family.UDP)));
    }

    private List<ScaleAxis> axes(Settings settings) throws IOException {
        Set<String> peers = new LinkedHashSet<>();
        contenders(Family.AF_XDP).forEach(one -> peers.add(one.name()));
        contenders(Family.TCP).forEach(one -> peers.add(one.name()));
        return new ScaleAxes(settings, lab, quick, peers).all();
    }

    private MicroSettings micro(Selection selection, Settings settings) {
        return quick
                ? MicroSettings.quick(settings.receiverCpu(), settings.generatorCpu())
                : MicroSettings.full(
                        selection.isForGoals() ? MicroBenchmark.quick() : List.of(MicroBenchmark.values()),
                        settings.rounds(),
                        settings.receiverCpu(),
                        settings.generatorCpu());
    }

    private List<Measurement> rates(Suite suite, Settings settings, boolean isForGoals) throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        List<Contender> opponents = suite.pace() == 0 || chosen != null
                ? contenders(suite.family())
                : ready(new Contenders(suite.family(), lab), Contenders.PACED);
        Settings own = settings.rate() == 0 ? settings.paced(suite.pace(), settings.mode()) : settings;
        for (int length : isForGoals ? List.of(Settings.USUAL_LENGTH) : lengths(suite)) {
            measurements.add(new RateMeasurement(suite, own.ofLength(length), able(opponents, suite, length), lab));
        }
        return measurements;
    }

    /** Frames that are too long for the kernel's generator are in several segments. */
    private List<Contender> able(List<Contender> opponents, Suite suite, int length) {
        if (suite.family() != Family.AF_XDP || Generator.isOfKernel(length)) {
            return opponents;
        }
        List<String> others = opponents.stream()
                .filter(one -> !one.takesSegments())
                .map(Contender::name)
                .toList();
        if (!others.isEmpty()) {
            missing.accept(String.join(", ", others) + (others.size() == 1 ? " is" : " are") + " left out of frames of "
                    + length + " bytes: they come in several segments");
        }
        return opponents.stream().filter(Contender::takesSegments).toList();
    }

    private List<Integer> lengths(Suite suite) {
        if (suite.family() == Family.TCP) {
            return List.of(Settings.USUAL_LENGTH); // the suite has a length of its own
        }
        if (lengths != null) {
            return lengths;
        }
        return suite.family() == Family.AF_XDP && suite.pace() == 0 && !quick
                ? List.of(Settings.USUAL_LENGTH, LARGE_FRAME)
                : List.of(Settings.USUAL_LENGTH);
    }

    private List<Contender> contenders(Family family) throws IOException {
        List<Contender> known = contenders.get(family);
        if (known == null) {
            Contenders all = new Contenders(family, lab);
            known = chosen == null
                    ? ready(all, quick ? all.few() : all.usual())
                    : all.of(chosen.stream().filter(all.names()::contains).toList());
            contenders.put(family, known);
        }
        return known;
    }

    /** A contender that was not asked for by name may be missing. */
    private List<Contender> ready(Contenders all, List<String> names) throws IOException {
        List<Contender> ready = new ArrayList<>();
        for (Contender contender : all.of(names)) {
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
