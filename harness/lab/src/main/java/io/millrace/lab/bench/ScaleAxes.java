package io.millrace.lab.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/** The quantities that grow in the scale suite, one after the other. */
final class ScaleAxes {
    private static final int LARGE_FRAME = 1500;
    private static final List<Integer> TENS = List.of(1, 10, 100, 1_000, 10_000);

    private final Settings settings;
    private final Path lab;
    private final boolean quick;
    private final Set<String> peers;

    /**
     * Makes the axes for some settings.
     *
     * @param lab   the lab's folder in the source tree
     * @param quick with the least and the greatest size alone
     * @param peers names of those beside the engine that can be had
     */
    ScaleAxes(Settings settings, Path lab, boolean quick, Set<String> peers) {
        this.settings = settings;
        this.lab = lab;
        this.quick = quick;
        this.peers = peers;
    }

    List<ScaleAxis> all() {
        return List.of(
                new ScaleAxis(
                        "bytes a frame",
                        Suite.AFXDP_REFLECT,
                        some(List.of(64, 256, 512, 1_024, LARGE_FRAME, 3_400, 4_500, 9_000)),
                        settings::ofLength,
                        length -> length > LARGE_FRAME
                                ? List.of(engine(EngineVariant.PLAIN))
                                : with(Family.AF_XDP, EngineVariant.PLAIN, "c")),
                frames("frames in the UMEM", List.of(1 << 12, 1 << 14, 1 << 16, 1 << 18), EngineVariant::frames),
                new ScaleAxis(
                        "queues",
                        Suite.AFXDP_REFLECT,
                        some(List.of(1, 2, 3, 4)),
                        settings::ofQueues,
                        count -> List.of(engine(EngineVariant.QUEUES))),
                frames("stage threads beside the poller", List.of(0, 1, 2, 3, 4), EngineVariant::stages),
                frames("accept rules", TENS, EngineVariant::rules),
                new ScaleAxis(
                        "connections",
                        Suite.TCP_ECHO_64X100,
                        some(TENS),
                        settings::ofConnections,
                        count -> with(Family.TCP, EngineVariant.CONNECTIONS, "netty-epoll")));
    }

    /** An axis on which only the engine is measured, with everything else the same. */
    private ScaleAxis frames(String across, List<Integer> values, IntFunction<EngineVariant> variant) {
        return new ScaleAxis(
                across,
                Suite.AFXDP_REFLECT,
                some(values),
                value -> settings,
                value -> List.of(engine(variant.apply(value))));
    }

    private List<Integer> some(List<Integer> values) {
        return quick ? List.of(values.getFirst(), values.getLast()) : values;
    }

    private static Contender engine(EngineVariant variant) {
        return new EngineContender("engine", variant);
    }

    private List<Contender> with(Family family, EngineVariant variant, String peer) {
        List<Contender> contenders = new ArrayList<>(List.of(engine(variant)));
        if (!quick && peers.contains(peer)) {
            contenders.addAll(new Contenders(family, lab).of(List.of(peer)));
        }
        return contenders;
    }
}
