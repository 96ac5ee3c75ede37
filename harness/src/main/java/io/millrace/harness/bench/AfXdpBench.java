package io.millrace.harness.bench;

import io.millrace.bindings.Libc;
import io.millrace.harness.net.Ethtool;
import io.millrace.harness.net.Namespace;
import io.millrace.harness.net.VethPair;
import io.millrace.harness.traffic.FrameTemplate;
import io.millrace.harness.traffic.KernelTraffic;
import io.millrace.harness.traffic.TrafficPlan;
import io.millrace.harness.traffic.TrafficReport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Contenders take turns (A B A B …) at receiving the kernel generator's frames over a veth pair of the benchmark's own:
 * receiver on one CPU, generator, and with it the driver's receive path, on another. What the receiver says that it got
 * is checked against what the sender says that it sent.
 */
public final class AfXdpBench {
    /** Frames come back to nobody's address: the sender's stack drops them at its door. */
    private static final String NOBODY_MAC = "02:00:5e:10:00:99";
    /** Frames that a starting receiver leaves to the kernel are answered by nobody. */
    private static final InetAddress NOBODY_IP = InetAddress.ofLiteral("10.99.0.99");
    private static final long DRAIN_MS = 300;

    /**
     * How to measure.
     *
     * @param rounds       turns of each contender that count
     * @param attempts     how often a turn is taken when others had much of its CPUs
     * @param warmUpMs     under load, before the measured time
     * @param durationMs   measured time of a turn
     * @param frameLength  bytes
     * @param rate         frames a second, 0 for flat out
     * @param receiverCpu  CPU of the contender
     * @param generatorCpu CPU of the generator
     */
    public record Settings(int rounds, int attempts, long warmUpMs, long durationMs, int frameLength, double rate,
                           int receiverCpu, int generatorCpu) {
    }

    private final Settings settings;

    /** With these settings. */
    public AfXdpBench(Settings settings) {
        this.settings = settings;
    }

    /** Runs a suite and tells each round as it ends. Needs root. */
    public List<Round> run(Suite suite, List<Contender> contenders, Consumer<Round> listener)
        throws IOException, InterruptedException {
        List<Round> rounds = new ArrayList<>();
        try (Namespace left = Namespace.create("bench-sender");
            Namespace right = Namespace.create("bench-receiver");
            VethPair pair = VethPair.between(left, right).withoutIpv6().create()) {
            for (int i = 0; i < settings.rounds(); i++) {
                for (int j = 0; j < contenders.size(); j++) {
                    // Turned round every other time, so that none always has the later place.
                    Contender contender = contenders.get(i % 2 == 0 ? j : contenders.size() - 1 - j);
                    Round round = undisturbed(suite, contender, pair, listener);
                    rounds.add(round);
                }
            }
        }
        return rounds;
    }

    /** A turn in which others had much of the CPUs is taken again, but not for ever: the least disturbed one counts. */
    private Round undisturbed(Suite suite, Contender contender, VethPair pair, Consumer<Round> listener)
        throws IOException, InterruptedException {
        Round best = null;
        for (int i = 0; i < settings.attempts() && (best == null || best.disturbed()); i++) {
            Round round = turn(suite, contender, pair);
            listener.accept(round);
            if (!round.problem().isEmpty()) {
                return round;
            }
            best = best == null || round.waited() < best.waited() ? round : best;
        }
        return best;
    }

    private Round turn(Suite suite, Contender contender, VethPair pair) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("millrace-bench");
        try (Ethtool counters = pair.right().ethtool();
            KernelTraffic traffic = pair.left().namespace().call(() -> open(pair));
            Receiver receiver = Receiver.start(contender, suite, pair, settings.receiverCpu(), folder)) {
            long returnedBefore = pair.left().counters().rxPackets();
            Generator generator = new Generator(traffic);
            Thread.sleep(settings.warmUpMs());
            Sample before = sample(suite, counters, pair, receiver, generator);
            Thread.sleep(settings.durationMs());
            Sample after = sample(suite, counters, pair, receiver, generator);
            traffic.stop();
            long sent = generator.result.get().sent();
            Thread.sleep(DRAIN_MS);
            Contender.Counts counts = receiver.stop();
            long returned = pair.left().counters().rxPackets() - returnedBefore;
            return round(contender, before, after, problem(counts, sent, returned));
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } finally {
            delete(folder);
        }
    }

    private KernelTraffic open(VethPair pair) {
        return KernelTraffic.open(pair.left().interfaceName(), FrameTemplate.udp()
            .macs(NOBODY_MAC, pair.right().mac()).ips(pair.left().ipv4Address(), NOBODY_IP)
            .length(settings.frameLength()).build());
    }

    /** The sending thread, pinned to its CPU. */
    private final class Generator {
        private final CompletableFuture<TrafficReport> result = new CompletableFuture<>();
        private final KernelTraffic traffic;
        private volatile int threadId;

        Generator(KernelTraffic traffic) {
            this.traffic = traffic;
            Thread.ofPlatform().name("bench-generator").daemon(true).start(this::work);
        }

        private void work() {
            try {
                threadId = Libc.gettid();
                Libc.pinCurrentThread(settings.generatorCpu());
                result.complete(traffic.send(TrafficPlan.endless().at(settings.rate())));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }
    }

    private record Sample(long timeNs, long handled, long offered, CpuUse receiver, CpuUse generator) {
    }

    private static Sample sample(Suite suite, Ethtool counters, VethPair pair, Receiver receiver, Generator generator)
        throws IOException {
        Map<String, Long> statistics = counters.statistics();
        return new Sample(System.nanoTime(), suite.handled(statistics, pair),
            statistics.getOrDefault("rx_queue_0_xdp_packets", 0L), receiver.cpuUse(),
            CpuUse.ofThread(generator.threadId));
    }

    private static Round round(Contender contender, Sample before, Sample after, String problem) {
        double seconds = (after.timeNs - before.timeNs) / 1e9;
        long handled = after.handled - before.handled;
        CpuUse receiver = after.receiver.since(before.receiver);
        long waitedNs = Math.max(receiver.waitNs(), after.generator.since(before.generator).waitNs());
        return new Round(contender.name(), handled / seconds, (after.offered - before.offered) / seconds,
            handled == 0 ? 0 : (double) receiver.runNs() / handled, waitedNs / 1e9 / seconds, problem);
    }

    private static String problem(Contender.Counts counts, long sent, long returned) {
        if (counts.received() + counts.dropped() != sent) {
            return "sent " + sent + ", but received " + counts.received() + " and dropped " + counts.dropped();
        }
        if (counts.returned() != returned) {
            return "sent back " + counts.returned() + ", but " + returned + " arrived";
        }
        return "";
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
