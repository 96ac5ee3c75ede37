package io.millrace.lab.bench;

import io.millrace.lab.demo.TemporaryFolder;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures the round trips of datagrams to all contenders, by AF_XDP and over sockets. */
public final class LatencyMeasurement implements Measurement {
    /** Its name. */
    public static final String NAME = "latency";

    private static final double KILO = 1e3;

    private final Settings settings;
    private final List<Entrant> entrants = new ArrayList<>();

    /**
     * Makes the measurement of some contenders.
     *
     * @param frames    who echoes frames
     * @param datagrams who echoes datagrams
     */
    public LatencyMeasurement(Settings settings, List<Contender> frames, List<Contender> datagrams) {
        this.settings = settings;
        frames.stream()
                .filter(one -> !one.usesPacketSocket())
                .forEach(one -> entrants.add(Entrant.of(Suite.AFXDP_REFLECT, one)));
        datagrams.stream()
                .filter(one -> !one.takesMerged())
                .forEach(one -> entrants.add(Entrant.of(Suite.UDP_ECHO, one)));
    }

    @Override
    public int turns() {
        return entrants.size() * settings.rounds();
    }

    @Override
    public long expectedMs() {
        return turns() * (settings.turnMs() + Load.values().length * (LatencyTurn.SETTLE_MS + settings.durationMs()));
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "%s: a datagram with %d B of payload there and back; %s, contender on CPU %d, client "
                        + "on CPU %d, %d turns of %d ms under each load",
                NAME,
                settings.length(),
                settings.mode(),
                settings.receiverCpu(),
                settings.generatorCpu(),
                settings.rounds(),
                settings.durationMs());
    }

    @Override
    public Outcome run(TurnLog log) throws IOException, InterruptedException {
        for (Entrant entrant : entrants) {
            entrant.contender().prepare();
        }
        List<LatencyRound> rounds = new ArrayList<>();
        try (Namespace left = Namespace.create("bench-client");
                Namespace right = Namespace.create("bench-receiver");
                VethPair pair = VethPair.between(left, right).withoutIpv6().create();
                CpuDistanceMeter meter = new CpuDistanceMeter(settings.receiverCpu(), settings.generatorCpu())) {
            LatencyTurn turn = new LatencyTurn(settings, pair, meter);
            for (int i = 0; i < settings.rounds(); i++) {
                for (Entrant entrant : i % 2 == 0 ? entrants : entrants.reversed()) {
                    rounds.add(Turns.undisturbed(
                            settings.attempts(),
                            () -> take(turn, entrant),
                            (round, counts) -> log.ended(line(round), counts)));
                }
            }
        }
        return new Outcome(
                new LatencyReport(settings, entrants, rounds).section(title()),
                rounds.stream().allMatch(round -> round.problem().isEmpty()));
    }

    private static LatencyRound take(LatencyTurn turn, Entrant entrant) throws InterruptedException {
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-bench")) {
            return turn.take(entrant, folder.path());
        } catch (IOException e) {
            return LatencyRound.failed(entrant.name(), e.getMessage());
        }
    }

    private static String line(LatencyRound round) {
        return String.format(
                Locale.ROOT,
                "%-15s one in flight: p50 %.1f us, p99 %.1f us; waited for its CPU %.0f %%%s%s%s",
                round.contender(),
                round.ns(Load.ONE, 0) / KILO,
                round.ns(Load.ONE, 2) / KILO,
                100 * round.waited(),
                round.distance(Load.ONE).text(),
                round.disturbed() ? ", disturbed" : "",
                round.problem().isEmpty() ? "" : "; NOT ACCOUNTED FOR: " + round.problem());
    }
}
