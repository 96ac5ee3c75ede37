package io.millrace.lab.bench;

import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.LinkCounters;
import io.millrace.lab.net.LocalSockets;
import io.millrace.lab.net.UdpCounters;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A turn with datagrams of the kernel's generator at a UDP socket. Received are those that the socket's owner took from
 * the kernel, dropped those that the socket's buffer had no room for, echoed those that came back to the sender's
 * interface.
 */
final class UdpTurn implements Turn {
    /** Ethernet, IPv4, UDP. */
    static final int HEADERS_LENGTH = 42;

    private static final int LOOK_MS = 50;
    private static final int QUIET_MS = 150;
    private static final int QUIET_LIMIT_MS = 5_000;

    private final Suite suite;
    private final Settings settings;
    private final VethPair pair;
    private final CpuDistanceMeter meter;

    UdpTurn(Suite suite, Settings settings, VethPair pair, CpuDistanceMeter meter) {
        this.suite = suite;
        this.settings = settings;
        this.pair = pair;
        this.meter = meter;
    }

    private record Sample(Window window, UdpCounters kernel, long arrived, long echoed) {}

    @Override
    public Round take(Contender contender, Path folder) throws IOException, InterruptedException {
        FrameTemplate frame = FrameTemplate.udp()
                .macs(Generator.NOBODY_MAC, pair.right().mac())
                .ips(Generator.NOBODY_IP, pair.right().ipv4Address())
                .ports(Task.PORT, Task.PORT)
                .length(HEADERS_LENGTH + settings.length())
                .build();
        try (Ethtool counters = pair.right().ethtool();
                Generator generator = Generator.open(pair, frame, settings);
                Receiver receiver = Receiver.start(contender, suite, settings, pair, folder)) {
            UdpCounters kernelBefore = kernel();
            long echoedBefore = echoed();
            generator.start();
            Thread.sleep(settings.warmUpMs());
            double distanceNs = meter.measureNs();
            Sample before = sample(counters, receiver, generator);
            Thread.sleep(settings.durationMs() / 2);
            Sample middle = sample(counters, receiver, generator);
            Thread.sleep(settings.durationMs() - settings.durationMs() / 2);
            Sample after = sample(counters, receiver, generator);
            CpuDistance distance = new CpuDistance(distanceNs, meter.measureNs());
            long sent = generator.stop();
            awaitQuiet(contender, kernelBefore, sent);
            Receiver.Result result = receiver.stop();
            UdpAccount account = new UdpAccount(
                    sent,
                    kernel().since(kernelBefore),
                    echoed() - echoedBefore,
                    result.counts(),
                    contender.takesMerged(),
                    suite.isEcho());
            double rise = Window.rise(
                    before.window,
                    middle.window,
                    after.window,
                    handled(contender, account, before, middle),
                    handled(contender, account, middle, after));
            return round(contender, before, after, rise, distance, result, account);
        }
    }

    private UdpCounters kernel() {
        return pair.right().namespace().call(UdpCounters::read);
    }

    /**
     * Datagrams that came to the sender's end. Told by the bytes, since some may travel as one packet that only an
     * interface at a wire would cut: it has one set of headers.
     */
    private long echoed() {
        LinkCounters counters = pair.left().counters();
        return (counters.rxBytes() - HEADERS_LENGTH * counters.rxPackets()) / settings.length();
    }

    /** Waits, but not for ever, until the receiver has taken what is queued and sent it back. */
    private void awaitQuiet(Contender contender, UdpCounters before, long sent) throws InterruptedException {
        long last = -1;
        int quietMs = 0;
        for (int waitedMs = 0; waitedMs < QUIET_LIMIT_MS && quietMs < QUIET_MS; waitedMs += LOOK_MS) {
            Thread.sleep(LOOK_MS);
            UdpCounters kernel = kernel().since(before);
            long now = kernel.received() + echoed();
            // Only if datagrams are not merged is it known how many the kernel will count.
            boolean all = pair.right().namespace().call(() -> LocalSockets.udpReceiveQueueBytes(Task.PORT)) == 0
                    && (contender.takesMerged() || kernel.received() + kernel.errors() >= sent);
            quietMs = now == last && all ? quietMs + LOOK_MS : 0;
            last = now;
        }
    }

    private Sample sample(Ethtool counters, Receiver receiver, Generator generator) throws IOException {
        return new Sample(
                Window.now(receiver, generator::cpuUse),
                kernel(),
                counters.statistics().getOrDefault("rx_queue_0_xdp_packets", 0L),
                echoed());
    }

    private static double offered(Contender contender, Sample before, Sample after) {
        UdpCounters kernel = after.kernel.since(before.kernel);
        return contender.takesMerged() ? after.arrived - before.arrived : kernel.received() + kernel.bufferErrors();
    }

    private static double dropped(UdpAccount account, Sample before, Sample after) {
        return after.kernel.since(before.kernel).bufferErrors() * account.datagramsPerDrop();
    }

    private double handled(Contender contender, UdpAccount account, Sample before, Sample after) {
        return suite.isEcho()
                ? after.echoed - before.echoed
                : offered(contender, before, after) - dropped(account, before, after);
    }

    private Round round(
            Contender contender,
            Sample before,
            Sample after,
            double rise,
            CpuDistance distance,
            Receiver.Result result,
            UdpAccount account) {
        double seconds = after.window.elapsedNs(before.window) / 1e9;
        double dropped = dropped(account, before, after);
        double offered = offered(contender, before, after);
        double handled = handled(contender, account, before, after);
        double heap = Heap.bytesPerSecond(result, before.window.timeNs(), after.window.timeNs());
        return new Round(
                contender.name(),
                new Round.Rates(handled / seconds, offered / seconds, dropped / seconds, rise),
                after.window.cost(before.window, handled, heap),
                Round.Latency.NONE,
                Pauses.totalNs(result.pauses()),
                after.window.waited(before.window),
                distance,
                account.problem(),
                result.command());
    }
}
