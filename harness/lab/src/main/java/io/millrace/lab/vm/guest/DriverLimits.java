package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.statistics.PortStatistics;
import io.millrace.xdp.Hint;
import io.millrace.xdp.XdpFeatures;
import java.util.Map;

/**
 * Checks features that the driver does not have in zero-copy mode: frames of several segments, and metadata. If they
 * are forced, the port is refused with a reason; if it may, it falls back to copy mode. A driver that has them is used
 * with them.
 */
final class DriverLimits implements GuestCheck {
    private static final String DROP = "{ stage = drop }";

    @Override
    public String name() {
        return "what the driver has not is refused with a reason";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        XdpFeatures features = XdpFeatures.of(Libc.ifNameToIndex(GuestNetwork.ENGINE_INTERFACE));
        boolean hasSegments = features.zeroCopySegments() > 1;
        findings.expect(features.known(), "the kernel does not tell what the driver has");
        findings.note("segments in zero-copy mode: %d, hints: %s", features.zeroCopySegments(), features.hints());
        expectRefusal(findings, "multi-buffer = on", hasSegments, "or none for frames in several segments");
        expectRefusal(
                findings,
                "metadata = [hash]",
                features.hints().contains(Hint.HASH),
                "the driver of eth0 tells nothing");
        String tight = "headroom = 1024";
        String refusal = refusal(tight); // kernels from April 2026 on
        findings.expect(
                refusal.isEmpty() || refusal.contains("has to fit into the 768 bytes"), "%s: '%s'", tight, refusal);
        try (Engine engine = GuestNetwork.start("auto", "mode = inline", "multi-buffer = on", DROP, Map.of())) {
            PortStatistics port = GuestNetwork.port(engine);
            findings.expect(
                    AfXdpStatistics.of(port).copy().equals(hasSegments ? "zero-copy" : "copy"),
                    "multi-buffer got %s",
                    AfXdpStatistics.of(port).copy());
            findings.expect(
                    hasSegments || AfXdpStatistics.of(port).why().contains("multi-buffer"),
                    "the reason told is '%s'",
                    AfXdpStatistics.of(port).why());
        }
    }

    private static void expectRefusal(Findings findings, String keys, boolean isThere, String reason) {
        String refusal = refusal(keys);
        findings.expect(isThere ? refusal.isEmpty() : refusal.contains(reason), "%s: '%s'", keys, refusal);
    }

    /** Why an engine with such a port, in zero-copy mode, does not start; "" if it does. */
    private static String refusal(String keys) {
        try {
            GuestNetwork.start("zero-copy", "mode = inline", keys, DROP, Map.of())
                    .close();
            return "";
        } catch (HostException e) {
            return e.getMessage();
        }
    }
}
