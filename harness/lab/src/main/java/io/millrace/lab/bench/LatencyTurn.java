package io.millrace.lab.bench;

import io.millrace.bindings.Libc;
import io.millrace.lab.bench.LatencyRound.Times;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.EchoForm;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.XdpTransport;
import io.millrace.xdp.AcceptRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * A turn of round trips of datagrams, which a client on AF_XDP, the same for everyone, sends and checks. First it finds
 * out how many come back a second at most, with its window full; the loads are shares of that.
 */
final class LatencyTurn {
    static final long SETTLE_MS = 200;
    private static final double PERCENT = 100;

    private final Settings settings;
    private final VethPair pair;
    private final CpuDistanceMeter meter;

    LatencyTurn(Settings settings, VethPair pair, CpuDistanceMeter meter) {
        this.settings = settings;
        this.pair = pair;
        this.meter = meter;
    }

    LatencyRound take(Entrant entrant, Path folder) throws IOException, InterruptedException {
        try (Receiver receiver = Receiver.start(entrant.contender(), entrant.suite(), settings, pair, folder)) {
            Client client = new Client(entrant);
            EchoReport flatOut = client.run(TrafficPlan.lasting(lasting(settings.warmUpMs())), settings.warmUpMs());
            double most = flatOut.returnedPerSecond();
            Window before = Window.now(receiver, client::cpuUse);
            Map<Load, Times> loads = new EnumMap<>(Load.class);
            double distanceNs = meter.measureNs();
            for (Load load : Load.values()) {
                TrafficPlan plan = TrafficPlan.lasting(lasting(SETTLE_MS)).at(load.share() * most);
                EchoReport report = client.run(plan, SETTLE_MS, load == Load.ONE);
                CpuDistance distance = new CpuDistance(distanceNs, meter.measureNs());
                distanceNs = distance.endNs();
                loads.put(load, times(load, report, distance));
            }
            Window after = Window.now(receiver, client::cpuUse);
            Receiver.Result result = receiver.stop();
            return new LatencyRound(
                    entrant.name(),
                    most,
                    loads,
                    after.waited(before),
                    String.join(", ", client.problems),
                    result.command());
        }
    }

    private Duration lasting(long warmUpMs) {
        return Duration.ofMillis(warmUpMs + settings.durationMs());
    }

    private static Times times(Load load, EchoReport report, CpuDistance distance) {
        Histogram histogram = load == Load.ONE ? report.roundTrips() : report.delays();
        return new Times(
                DoubleStream.of(LatencyRound.SHARES)
                        .map(share -> histogram.getValueAtPercentile(share * PERCENT))
                        .toArray(),
                report.counts().sent(),
                report.counts().lost(),
                distance);
    }

    /** The sender, pinned to the generator's CPU while it works. */
    private final class Client {
        private final VethPair.End from = pair.left();
        private final FrameTemplate template;
        private final EchoForm form;
        private final List<String> problems = new ArrayList<>();
        private CpuUse used = new CpuUse(0, 0, 0, 0);

        Client(Entrant entrant) {
            template = FrameTemplate.udp()
                    .macs(from.mac(), pair.right().mac())
                    .ips(from.ipv4Address(), pair.right().ipv4Address())
                    .ports(Task.PORT, Task.PORT)
                    .length(UdpTurn.HEADERS_LENGTH + settings.length())
                    .build();
            form = entrant.contender().echoForm(entrant.suite());
        }

        EchoReport run(TrafficPlan plan, long warmUpMs) {
            return run(plan, warmUpMs, false);
        }

        EchoReport run(TrafficPlan plan, long warmUpMs, boolean isAlone) {
            int window = isAlone ? 1 : XdpTransport.WINDOW;
            XdpTransport transport = from.namespace()
                    .call(() -> XdpTransport.open(
                            from.interfaceName(),
                            template,
                            List.of(AcceptRule.parse("udp dst port " + Task.PORT)),
                            form,
                            window));
            try (EchoDriver driver = isAlone ? new EchoDriver(transport, window) : new EchoDriver(transport)) {
                CompletableFuture<CpuUse> end = new CompletableFuture<>();
                Thread.ofPlatform().name("bench-client").daemon(true).start(() -> work(driver, plan, warmUpMs, end));
                CpuUse use = end.join();
                used = new CpuUse(used.runNs() + use.runNs(), used.waitNs() + use.waitNs(), 0, 0);
                EchoReport report = driver.report();
                check(report);
                return report;
            }
        }

        private void work(EchoDriver driver, TrafficPlan plan, long warmUpMs, CompletableFuture<CpuUse> end) {
            try {
                Libc.pinCurrentThread(settings.generatorCpu());
                driver.run(plan, Duration.ofMillis(warmUpMs).toNanos());
                end.complete(CpuUse.ofThread(Libc.gettid()));
            } catch (IOException | RuntimeException e) {
                end.completeExceptionally(new CompletionException(e));
            }
        }

        private void check(EchoReport report) {
            if (report.counts().corrupted() > 0 || report.counts().duplicated() > 0) {
                problems.add(report.counts().corrupted() + " came back wrong, "
                        + report.counts().duplicated() + " twice");
            }
        }

        CpuUse cpuUse() {
            return used;
        }
    }
}
