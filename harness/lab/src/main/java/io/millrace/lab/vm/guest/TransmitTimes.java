package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.XdpTransport;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.xdp.AcceptRule;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Each frame's time of sending comes back once, and frames leave as they should with room for metadata in front of
 * them. In zero-copy mode virtio_net does nothing of it, and the engine stamps what comes back; in copy mode the kernel
 * makes its socket buffers in a way of their own ({@code xsk_build_skb_zerocopy}, {@code net/xdp/xsk.c}).
 */
final class TransmitTimes implements GuestCheck {
    private static final int FRAME_LENGTH = 128;
    private static final long LEAP_SECONDS_NS = TimeUnit.MINUTES.toNanos(1);

    private final String copy;
    private long next;
    private long told;
    private long outOfOrder;
    private long lastNs;

    /** @param copy zero-copy or copy */
    TransmitTimes(String copy) {
        this.copy = copy;
    }

    @Override
    public String name() {
        return "times of sending (tx-metadata), " + copy;
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        FrameTemplate template = network.frame().length(FRAME_LENGTH).build();
        List<AcceptRule> echoes = List.of(AcceptRule.parse("udp dst port " + GuestNetwork.PEER_PORT));
        EchoReport report;
        Engine engine = Engine.builder(EngineConfig.parse(GuestNetwork.config(
                        copy,
                        "mode = inline",
                        "tx-metadata = [timestamp, checksum]",
                        "{ stage = reflect }, { stage = forward, to = p }")))
                .stage("stamp", frame -> frame.stampTransmit(next++))
                .onTransmitted("p", this::note)
                .start();
        long fromNs = nowNs();
        try (engine;
                EchoDriver driver = new EchoDriver(XdpTransport.open(GuestNetwork.PEER_INTERFACE, template, echoes))) {
            Echo.drive(driver);
            engine.close();
            report = driver.report();
        }
        long toNs = nowNs();
        EngineStatistics last = engine.statistics();
        findings.account(last, copy);
        PortStatistics port = last.ports().getFirst();
        findings.expectSame(0, report.counts().lost(), "frames lost");
        findings.expectSame(0, report.counts().corrupted(), "corrupted echoes");
        findings.expect(told > 0, "no time was told");
        findings.expectSame(port.get(PortCounter.TX_FRAMES), told, "times told");
        findings.expectSame(told, port.get(PortCounter.TX_STAMPED), "frames stamped");
        findings.expectSame(0, outOfOrder, "times or frames out of order");
        findings.expect(
                lastNs > fromNs - LEAP_SECONDS_NS && lastNs < toNs + LEAP_SECONDS_NS, "a time of %,d ns", lastNs);
        findings.note(
                "%,d frames, time stamps: %s",
                told, AfXdpStatistics.of(port).transmit().timestamp());
    }

    private void note(long cookie, long timeNs) {
        outOfOrder += cookie == told && timeNs >= lastNs ? 0 : 1;
        told++;
        lastNs = timeNs;
    }

    private static long nowNs() {
        return TimeUnit.SECONDS.toNanos(Instant.now().getEpochSecond());
    }
}
