package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.conformance.PacketSocket;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bond over the engine's card: frames reach a port of the bond in generic mode, and native mode, in which they would
 * not, is refused. A port of the bond's card receives and sends without copies as it does by itself.
 */
final class BondedFrames implements GuestCheck {
    /** Made when the kernel's module is loaded. */
    private static final String BOND = "bond0";

    private static final Path BONDING = Path.of("/sys/class/net", BOND, "bonding");
    private static final int FRAMES = 200;
    private static final long SOON_MS = 10_000;

    @Override
    public String name() {
        return "a bond, and a port of a bond";
    }

    @Override
    public void run(GuestNetwork network, Findings findings) throws IOException {
        if (!Files.exists(BONDING)) {
            findings.expect(false, "the kernel has no " + BOND);
            return;
        }
        Files.writeString(BONDING.resolve("mode"), "active-backup");
        ip(GuestNetwork.ENGINE_INTERFACE, "down");
        Files.writeString(BONDING.resolve("slaves"), "+" + GuestNetwork.ENGINE_INTERFACE);
        ip(BOND, "up");
        try {
            PortStatistics bond = receive(network, findings, BOND, "auto");
            expectMode("skb", bond, findings);
            refuseNative(findings);
            PortStatistics card = receive(network, findings, GuestNetwork.ENGINE_INTERFACE, "native");
            expectMode("native", card, findings);
            findings.note(
                    "%,d frames by the bond (%s), %,d by its port (%s)",
                    bond.get(PortCounter.RX_FRAMES),
                    AfXdpStatistics.of(bond).copy(),
                    card.get(PortCounter.RX_FRAMES),
                    AfXdpStatistics.of(card).copy());
        } finally {
            ip(BOND, "down");
            Files.writeString(BONDING.resolve("slaves"), "-" + GuestNetwork.ENGINE_INTERFACE);
            ip(GuestNetwork.ENGINE_INTERFACE, "up");
        }
    }

    private static void expectMode(String mode, PortStatistics port, Findings findings) {
        String got = AfXdpStatistics.of(port).attach();
        findings.expect(got.equals(mode), "attach is %s, and should be %s", got, mode);
    }

    private static PortStatistics receive(GuestNetwork network, Findings findings, String interfaceName, String attach)
            throws IOException {
        Engine engine = start(interfaceName, attach);
        try (engine;
                PacketSocket socket = PacketSocket.open(network.wire())) {
            for (int i = 0; i < FRAMES; i++) {
                socket.send(network.frame().build().bytes());
            }
            findings.expect(
                    Pause.until(() -> GuestNetwork.port(engine).get(PortCounter.TX_FRAMES) == FRAMES, SOON_MS),
                    "of %d frames %d were received and %d sent back by %s",
                    FRAMES,
                    GuestNetwork.port(engine).get(PortCounter.RX_FRAMES),
                    GuestNetwork.port(engine).get(PortCounter.TX_FRAMES),
                    interfaceName);
        }
        return engine.statistics().ports().getFirst();
    }

    private static Engine start(String interfaceName, String attach) {
        String config = GuestNetwork.config(
                "auto",
                "mode = inline",
                "interface = " + interfaceName + ", attach = " + attach,
                "{ stage = reflect, swap = macs }, { stage = forward, to = p }");
        return Engine.builder(EngineConfig.parse(config)).start();
    }

    private static void refuseNative(Findings findings) {
        try {
            start(BOND, "native").close();
            findings.expect(false, "native mode of a bond was not refused");
        } catch (HostException e) {
            findings.expect(e.getMessage().contains("can't have native mode"), "%s", e.getMessage());
        }
    }

    private static void ip(String interfaceName, String state) throws IOException {
        Process process = new ProcessBuilder("ip", "link", "set", "dev", interfaceName, state)
                .inheritIO()
                .start();
        process.onExit().join();
    }
}
