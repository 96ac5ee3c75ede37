package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.Map;

/** What no rule accepts stays with the kernel, which copies it out of the zero-copy queue's frames. */
final class PassedFrames implements GuestCheck {
    private static final long FRAMES = 5_000;
    private static final long QUIET_MS = 500;

    @Override
    public String name() {
        return "frames that no rule accepts stay with the kernel";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        Engine engine = GuestNetwork.start("zero-copy", "mode = inline", "", "{ stage = count }", Map.of());
        TrafficReport sent;
        try (engine;
                PeerTraffic traffic = PeerTraffic.open(network.frame()
                        .ports(GuestNetwork.PEER_PORT, GuestNetwork.OTHER_PORT)
                        .build())) {
            sent = traffic.send(TrafficPlan.frames(FRAMES));
            Pause.untilQuiet(() -> AfXdpStatistics.of(GuestNetwork.port(engine)).passed(), QUIET_MS);
        }
        findings.account(engine.statistics(), "zero-copy");
        PortStatistics port = engine.statistics().ports().getFirst();
        findings.expectSame(0, port.get(PortCounter.RX_FRAMES), "frames received");
        findings.expect(
                AfXdpStatistics.of(port).passed() > 0
                        && AfXdpStatistics.of(port).passed() <= sent.sent() + sent.refused(),
                "%,d frames passed of %,d sent",
                AfXdpStatistics.of(port).passed(),
                sent.sent());
        findings.note(
                "%,d sent, %,d passed", sent.sent(), AfXdpStatistics.of(port).passed());
    }
}
