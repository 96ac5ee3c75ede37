package io.millrace.lab.bench;

import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A turn with frames of the kernel's generator at an AF_XDP socket. The frames that the receiver handled are counted
 * where the XDP program hands them to its socket, or, if it has to send them back, as they reach the sender or the
 * other side. What a packet socket takes is only known to its owner, who has to tell it.
 */
final class AfXdpTurn implements Turn {
    private static final int DRAIN_MS = 300;
    private static final int DRAIN_LIMIT_MS = 5_000;
    private static final long DRAIN_RUN_NS = 50_000_000;
    private static final int LOOK_MS = 50;

    private final Suite suite;
    private final Settings settings;
    private final VethPair pair;
    private final VethPair out;
    private final CpuDistanceMeter meter;

    /** @param out the pair by which a contender may send frames on instead of back */
    AfXdpTurn(Suite suite, Settings settings, VethPair pair, VethPair out, CpuDistanceMeter meter) {
        this.suite = suite;
        this.settings = settings;
        this.pair = pair;
        this.out = out;
        this.meter = meter;
    }

    /**
     * The numbers of frames that the kernel has counted.
     *
     * @param arrived    frames that arrived at the receiver's interface
     * @param handedOver frames that the XDP program handed to the receiver's socket
     * @param refused    frames that this socket had no room for, or that the XDP program dropped for that reason
     * @param returned   frames that came back to the sender, or to the other side
     */
    record Frames(long arrived, long handedOver, long refused, long returned) {
        Frames since(Frames before) {
            return new Frames(
                    arrived - before.arrived,
                    handedOver - before.handedOver,
                    refused - before.refused,
                    returned - before.returned);
        }
    }

    private record Sample(Window window, Frames frames) {}

    @Override
    public Round take(Contender contender, Path folder) throws IOException, InterruptedException {
        boolean packets = contender.usesPacketSocket();
        FrameTemplate frame = FrameTemplate.udp()
                .macs(
                        Generator.NOBODY_MAC,
                        packets ? Generator.OTHERS_MAC : pair.right().mac())
                .ips(pair.left().ipv4Address(), Generator.NOBODY_IP)
                .length(settings.length())
                .build();
        try (Ethtool driver = driver(packets);
                Generator generator = Generator.open(pair, frame, settings);
                Receiver receiver = Receiver.start(contender, suite, settings, pair, folder)) {
            Frames start = frames(driver);
            generator.start();
            Thread.sleep(settings.warmUpMs());
            double distanceNs = meter.measureNs();
            Sample before = sample(driver, receiver, generator);
            Thread.sleep(settings.durationMs() / 2);
            Sample middle = sample(driver, receiver, generator);
            Thread.sleep(settings.durationMs() - settings.durationMs() / 2);
            Sample after = sample(driver, receiver, generator);
            CpuDistance distance = new CpuDistance(distanceNs, meter.measureNs());
            long sent = generator.stop();
            drain(receiver);
            Receiver.Result result = receiver.stop();
            double rise = Window.rise(
                    before.window,
                    middle.window,
                    after.window,
                    handled(contender, before, middle, result),
                    handled(contender, middle, after, result));
            return round(
                    contender,
                    before,
                    after,
                    rise,
                    distance,
                    result,
                    problem(result.counts(), sent, frames(driver).since(start)));
        }
    }

    /** With GRO, veth takes in the generator's frames even without an XDP program. */
    private Ethtool driver(boolean withoutProgram) {
        Ethtool driver = pair.right().ethtool();
        driver.receiveOffload(withoutProgram);
        return driver;
    }

    /**
     * Waits until the receiver has taken what is in its rings, which it can't before it gets a CPU that others may
     * have.
     */
    private static void drain(Receiver receiver) throws IOException, InterruptedException {
        long before = receiver.cpuUse().runNs();
        for (int waitedMs = 0;
                waitedMs < DRAIN_MS
                        || waitedMs < DRAIN_LIMIT_MS && receiver.cpuUse().runNs() - before < DRAIN_RUN_NS;
                waitedMs += LOOK_MS) {
            Thread.sleep(LOOK_MS);
        }
    }

    private Frames frames(Ethtool driver) {
        Map<String, Long> statistics = driver.statistics();
        String queue = "rx_queue_" + settings.queue() + "_";
        return new Frames(
                statistics.getOrDefault(queue + "xdp_packets", 0L),
                statistics.getOrDefault(queue + "xdp_redirect", 0L),
                statistics.getOrDefault(queue + "drops", 0L) + statistics.getOrDefault(queue + "xdp_drops", 0L),
                pair.left().counters().rxPackets() + out.right().counters().rxPackets());
    }

    private Sample sample(Ethtool driver, Receiver receiver, Generator generator) throws IOException {
        return new Sample(Window.now(receiver, generator::cpuUse), frames(driver));
    }

    private double handled(Contender contender, Sample before, Sample after, Receiver.Result result) {
        Frames frames = after.frames.since(before.frames);
        return suite.isEcho()
                ? frames.returned
                : !contender.usesPacketSocket()
                        ? frames.handedOver
                        : after.window.elapsedNs(before.window)
                                / 1e9
                                * Progress.perSecond(
                                        result.progress(), "rx_frames", before.window.timeNs(), after.window.timeNs());
    }

    private Round round(
            Contender contender,
            Sample before,
            Sample after,
            double rise,
            CpuDistance distance,
            Receiver.Result result,
            String problem) {
        double seconds = after.window.elapsedNs(before.window) / 1e9;
        Frames frames = after.frames.since(before.frames);
        double handled = handled(contender, before, after, result);
        double heap = Heap.bytesPerSecond(result, before.window.timeNs(), after.window.timeNs());
        return new Round(
                contender.name(),
                new Round.Rates(
                        handled / seconds,
                        frames.arrived / seconds,
                        contender.usesPacketSocket() ? Double.NaN : frames.refused / seconds,
                        rise),
                after.window.cost(before.window, handled, heap),
                Round.Latency.NONE,
                Pauses.totalNs(result.pauses()),
                after.window.waited(before.window),
                distance,
                problem,
                result.command());
    }

    /** Says what does not add up in the frames that entered the receiver's interface, or "". */
    static String problem(Contender.Counts counts, long sent, Frames kernel) {
        boolean knows = counts.dropped() != Contender.UNKNOWN;
        long dropped = knows ? counts.dropped() : kernel.refused;
        if (counts.received() + dropped != sent) {
            return "sent " + sent + ", but received " + counts.received() + " and dropped " + dropped;
        }
        if (!knows && counts.received() != kernel.handedOver) {
            return "was handed " + kernel.handedOver + ", but received " + counts.received();
        }
        if (counts.returned() != kernel.returned) {
            return "sent back " + counts.returned() + ", but " + kernel.returned + " arrived";
        }
        return "";
    }
}
