package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.traffic.FrameChecker;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import java.util.Locale;
import java.util.Map;

/**
 * Frames, each looked at byte by byte where the driver put it.
 *
 * <p>At a pace they have to arrive in order, too. Flat out they do not, through no fault of the engine: when a card has
 * room again, QEMU's hub hands on what waits at its own end before the frame that waits at the card
 * ({@code qemu_flush_queued_packets}, net/net.c).
 *
 * @param mode            of the engine
 * @param lengthBytes     of the frames
 * @param framesPerSecond the pace, or 0: flat out
 */
record IntactFrames(String mode, int lengthBytes, int framesPerSecond) implements GuestCheck {
    private static final long FLAT_OUT_FRAMES = 50_000;
    private static final long PACED_S = 5;
    private static final long QUIET_MS = 500;

    /** The checker as a stage. */
    private record Checking(FrameChecker checker) implements Stage {
        @Override
        public void onFrame(Frame frame) {
            checker.check(frame.memory(), frame.address(), frame.length());
        }
    }

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "frames of %,d bytes arrive as they were sent, %s, %s",
                lengthBytes,
                mode,
                framesPerSecond == 0 ? "flat out" : "in order");
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        FrameTemplate template = network.frame().length(lengthBytes).build();
        FrameChecker checker = new FrameChecker(template);
        TrafficReport sent;
        Engine engine = GuestNetwork.start(
                "zero-copy", "mode = " + mode, "", "{ stage = count }", Map.of("check", new Checking(checker)));
        try (engine;
                PeerTraffic traffic = PeerTraffic.open(template)) {
            sent = traffic.send(
                    framesPerSecond == 0
                            ? TrafficPlan.frames(FLAT_OUT_FRAMES)
                            : TrafficPlan.frames(framesPerSecond * PACED_S).at(framesPerSecond));
            Pause.untilQuiet(() -> AfXdpStatistics.of(GuestNetwork.port(engine)).matched(), QUIET_MS);
        }
        EngineStatistics last = engine.statistics();
        findings.account(last, "zero-copy");
        long received = last.ports().getFirst().get(PortCounter.RX_FRAMES);
        findings.expectSame(0, checker.corrupted(), "corrupted frames");
        findings.expectSame(0, checker.duplicated(), "duplicated frames");
        findings.expect(
                framesPerSecond == 0 || checker.overtaken() == 0, "%,d frames out of order", checker.overtaken());
        findings.expectSame(received, checker.intact(), "intact frames of those received");
        long matched = AfXdpStatistics.of(last.ports().getFirst()).matched();
        findings.expect(
                matched <= sent.sent() + sent.refused() && received > 0,
                "%,d frames arrived of %,d sent",
                matched,
                sent.sent());
        findings.note(
                "%,d sent, %,d at the XDP program, %,d received, all of them intact; the rest is counted as dropped",
                sent.sent(), matched, received);
    }
}
