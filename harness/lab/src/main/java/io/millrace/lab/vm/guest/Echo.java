package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.bindings.Libc;
import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.XdpTransport;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.xdp.AcceptRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Every frame comes back with its addresses swapped, out of the memory that it was received into: the driver takes it
 * from the TX ring by DMA. The peer drives and checks it over a socket of its own.
 *
 * @param title  what is particular
 * @param engine keys of the engine's block
 * @param port   keys of its port
 */
record Echo(String title, String engine, String port) implements GuestCheck {
    private static final int FRAME_LENGTH = 128;
    private static final Duration DURATION = Duration.ofSeconds(4);
    private static final long WARM_UP_NS = 1_000_000_000;

    /** In a mode of the engine, with defaults else. */
    static Echo in(String mode) {
        return new Echo(mode, "mode = " + mode, "");
    }

    @Override
    public String name() {
        return "echo (reflect, forward), " + title;
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        echo(network, findings);
    }

    /** Does it; returns how many frames the engine received. */
    long echo(GuestNetwork network, Findings findings) {
        FrameTemplate template = network.frame().length(FRAME_LENGTH).build();
        List<AcceptRule> echoes = List.of(AcceptRule.parse("udp dst port " + GuestNetwork.PEER_PORT));
        EchoReport report;
        Engine echoing = GuestNetwork.start(
                "zero-copy", engine, port, "{ stage = reflect }, { stage = forward, to = p }", Map.of());
        try (echoing;
                EchoDriver driver = new EchoDriver(XdpTransport.open(GuestNetwork.PEER_INTERFACE, template, echoes))) {
            drive(driver);
            echoing.close();
            report = driver.report();
        }
        EngineStatistics last = echoing.statistics();
        findings.account(last, "zero-copy");
        PortStatistics counted = last.ports().getFirst();
        EchoCounts counts = report.counts();
        findings.expectSame(0, counts.lost(), "frames lost");
        findings.expectSame(0, counts.corrupted(), "corrupted echoes");
        findings.expectSame(0, counts.duplicated(), "duplicated echoes");
        findings.expectSame(counts.sent(), counted.get(PortCounter.TX_FRAMES), "frames sent back");
        findings.expect(counts.received() > 0, "nothing came back");
        findings.note(
                "%,d frames, %,.0f/s, round trip %,.0f us (median); wake-ups: %,d TX, %,d of them in vain, %,d RX",
                counts.received(),
                report.messagesPerSecond(),
                report.roundTrips().getValueAtPercentile(50) / 1e3,
                counted.get(PortCounter.TX_WAKEUPS),
                counted.get(PortCounter.TX_BUSY),
                counted.get(PortCounter.RX_WAKEUPS));
        return counted.get(PortCounter.RX_FRAMES);
    }

    /** Lets the peer send for some seconds. */
    static void drive(EchoDriver driver) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("driver").daemon(true).start(() -> {
            try {
                Libc.pinCurrentThread(GuestNetwork.PEER_CPU);
                driver.run(TrafficPlan.lasting(DURATION), WARM_UP_NS);
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        done.join();
    }
}
