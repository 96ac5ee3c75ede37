package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.conformance.PacketSocket;
import io.millrace.lab.net.LinkCounters;
import io.millrace.statistics.PortCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Frames that are longer than the receiver's MTU, and than a chunk. The card needs several chunks for each, and the
 * driver drops it before it asks the XDP program: the interface counts it, the engine never hears of it, and goes on.
 */
final class LongFrames implements GuestCheck {
    private static final Path PEER_MTU = Path.of("/sys/class/net", GuestNetwork.PEER_INTERFACE, "mtu");
    private static final int FRAMES = 64;
    private static final int LENGTH = 1_900;
    private static final long SOON_MS = 5_000;

    @Override
    public String name() {
        return "frames too long for a chunk are counted by the interface";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) throws IOException {
        byte[] tooLong = network.frame().length(LENGTH).build().bytes();
        String mtu = Files.readString(PEER_MTU).strip();
        Engine engine = GuestNetwork.start("zero-copy", "mode = inline", "", "{ stage = count }", Map.of());
        try (engine;
                PacketSocket socket = PacketSocket.open(network.wire())) {
            Files.writeString(PEER_MTU, String.valueOf(LENGTH));
            long before = dropped();
            for (int i = 0; i < FRAMES; i++) {
                socket.send(tooLong);
            }
            socket.send(network.frame().build().bytes());
            findings.expect(
                    Pause.until(() -> GuestNetwork.port(engine).get(PortCounter.RX_FRAMES) == 1, SOON_MS),
                    "the short frame behind them did not come");
            findings.expectSame(FRAMES, dropped() - before, "frames that the interface counts as dropped");
        } finally {
            Files.writeString(PEER_MTU, mtu);
        }
        findings.account(engine.statistics(), "zero-copy");
        findings.expectSame(
                1, AfXdpStatistics.of(engine.statistics().ports().getFirst()).matched(), "frames at the XDP program");
    }

    private static long dropped() throws IOException {
        return LinkCounters.read(GuestNetwork.ENGINE_INTERFACE).rxDropped();
    }
}
