package io.millrace.harness.bench;

import io.millrace.harness.net.Ethtool;
import io.millrace.harness.net.VethPair;
import io.millrace.harness.traffic.FrameTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Frames of the kernel's generator at an AF_XDP socket. What the receiver handled is counted where the XDP program
 * hands frames to its socket, or, if it has to send them back, as they reach the sender or the other side.
 */
final class AfXdpTurn implements Turn {
    private static final long DRAIN_MS = 300;

    private final Suite suite;
    private final Settings settings;
    private final VethPair pair;
    private final VethPair out;

    /** @param out where a contender may send frames instead of back */
    AfXdpTurn(Suite suite, Settings settings, VethPair pair, VethPair out) {
        this.suite = suite;
        this.settings = settings;
        this.pair = pair;
        this.out = out;
    }

    private record Sample(Window window, long handled, long offered) {
    }

    @Override
    public Round take(Contender contender, Path folder) throws IOException, InterruptedException {
        FrameTemplate frame = FrameTemplate.udp().macs(Generator.NOBODY_MAC, pair.right().mac())
            .ips(pair.left().ipv4Address(), Generator.NOBODY_IP).length(settings.length()).build();
        try (Ethtool counters = pair.right().ethtool();
            Generator generator = Generator.open(pair, frame, settings);
            Receiver receiver = Receiver.start(contender, suite, settings, pair, folder)) {
            long returnedBefore = returned();
            generator.start();
            Thread.sleep(settings.warmUpMs());
            Sample before = sample(counters, receiver, generator);
            Thread.sleep(settings.durationMs());
            Sample after = sample(counters, receiver, generator);
            long sent = generator.stop();
            Thread.sleep(DRAIN_MS);
            Receiver.Result result = receiver.stop();
            return round(contender, before, after, result, problem(result.counts(), sent, returned() - returnedBefore));
        }
    }

    private long returned() {
        return pair.left().counters().rxPackets() + out.right().counters().rxPackets();
    }

    private Sample sample(Ethtool counters, Receiver receiver, Generator generator) throws IOException {
        Map<String, Long> statistics = counters.statistics();
        String queue = "rx_queue_" + settings.queue() + "_xdp_";
        return new Sample(Window.now(receiver, generator::cpuUse),
            suite.isEcho() ? returned() : statistics.getOrDefault(queue + "redirect", 0L),
            statistics.getOrDefault(queue + "packets", 0L));
    }

    private static Round round(Contender contender, Sample before, Sample after, Receiver.Result result,
                               String problem) {
        double seconds = after.window.elapsedNs(before.window) / 1e9;
        long handled = after.handled - before.handled;
        double heap = Heap.bytesPerSecond(result, before.window.timeNs(), after.window.timeNs());
        return new Round(contender.name(),
            new Round.Rates(handled / seconds, (after.offered - before.offered) / seconds, Double.NaN),
            after.window.cost(before.window, handled, heap), Round.Latency.NONE, Pauses.totalNs(result.pauses()),
            after.window.waited(before.window),
            problem);
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
}
