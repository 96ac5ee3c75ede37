package io.millrace.lab.bench;

import io.millrace.lab.demo.TemporaryFolder;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.process.PeerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Contenders take turns (A B A B …) at receiving the same traffic over a veth pair of the benchmark's own: receiver on
 * one CPU, generator or client, and with it the driver's receive path, on another. What the receiver says that it got
 * is checked against what the sender says that it sent.
 */
final class Bench {
    private final Settings settings;
    private final Path lab;

    /** Hears of turns as they end. */
    @FunctionalInterface
    interface Listener {
        /** @param counts false for a turn that is taken again, because others had the CPUs */
        void ended(Round round, boolean counts);
    }

    /**
     * Makes the bench.
     *
     * @param lab the lab's folder in the source tree
     */
    Bench(Settings settings, Path lab) {
        this.settings = settings;
        this.lab = lab;
    }

    /** Runs a suite and tells each turn as it ends. Needs root. */
    List<Round> run(Suite suite, List<Contender> contenders, Listener listener)
            throws IOException, InterruptedException {
        for (Contender contender : contenders) {
            contender.prepare();
        }
        List<Round> rounds = new ArrayList<>();
        try (Namespace left = Namespace.create("bench-sender");
                Namespace right = Namespace.create("bench-receiver");
                Namespace far = Namespace.create("bench-far");
                VethPair pair =
                        pair(suite.family(), VethPair.between(left, right).withoutIpv6());
                VethPair out = suite.family() == Family.AF_XDP
                        ? VethPair.between(right, far)
                                .names(Task.OUT_INTERFACE, "far0")
                                .withoutIpv6()
                                .create()
                        : null;
                CpuDistanceMeter meter = new CpuDistanceMeter(settings.receiverCpu(), settings.generatorCpu())) {
            if (suite.family() == Family.TCP) {
                left.run(Bench::allowManyConnections);
            }
            Turn turn = turn(suite, pair, out, meter);
            for (int i = 0; i < settings.rounds(); i++) {
                for (int j = 0; j < contenders.size(); j++) {
                    // The order is reversed every other time, so that nobody always has the later place.
                    Contender contender = contenders.get(i % 2 == 0 ? j : contenders.size() - 1 - j);
                    rounds.add(Turns.undisturbed(settings.attempts(), () -> take(turn, contender), listener::ended));
                }
            }
        }
        return rounds;
    }

    /** Otherwise the client's ports of the turn before would not be free for a minute. */
    private static void allowManyConnections() throws IOException {
        Files.writeString(Path.of("/proc/sys/net/ipv4/tcp_tw_reuse"), "1");
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "1024 65535");
    }

    private VethPair pair(Family family, VethPair.Builder builder) {
        return switch (family) {
            case AF_XDP -> builder.queues(settings.queues()).mtu(settings.mtu()).create();
            case UDP ->
                builder.transmitOffload()
                        .receiveWithoutProgram()
                        .rightNeighbour(Generator.NOBODY_IP.getHostAddress(), Generator.NOBODY_MAC)
                        .create();
            case TCP -> builder.transmitOffload().create();
        };
    }

    private Turn turn(Suite suite, VethPair pair, VethPair out, CpuDistanceMeter meter) throws IOException {
        return switch (suite.family()) {
            case AF_XDP -> new AfXdpTurn(suite, settings, pair, out, meter);
            case UDP -> new UdpTurn(suite, settings, pair, meter);
            case TCP -> new TcpTurn(suite, settings, pair, PeerProgram.TCP_CLIENT.build(lab), meter);
        };
    }

    private static Round take(Turn turn, Contender contender) throws IOException, InterruptedException {
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-bench")) {
            return turn.take(contender, folder.path());
        } catch (IOException e) {
            return Round.failed(contender.name(), e.getMessage()); // the others go on
        }
    }
}
