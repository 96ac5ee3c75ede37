package io.millrace.lab.system;

import static io.millrace.lab.system.Refusal.HOST;
import static io.millrace.lab.system.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.XdpTraffic;
import io.millrace.statistics.LinkState;
import io.millrace.testing.RootOnly;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An interface whose frames have no Ethernet header is refused, wherever one is taken for granted. */
@RootOnly
@Timeout(60)
class LinkLayerTest extends ReturningLink {
    private static final String WHAT = " have no Ethernet header (link layer: none, as of tun and WireGuard)";

    @TempDir
    private Path folder;

    private void makeTunnel(String name) {
        Shell.run(right, "ip", "tuntap", "add", "dev", name, "mode", "tun");
        Shell.run(right, "ip", "link", "set", name, "up");
    }

    @Test
    void shouldRefuseATunnelAtTheStart() throws Exception {
        makeTunnel("tun0");
        for (String attach : new String[] {"auto", "native", "skb"}) {
            assertRefused(
                    HOST,
                    CommandLineRun.run(right, folder, Rig.config("", "interface = tun0, attach = " + attach, ECHO)),
                    "/engine.conf:4: frames of tun0" + WHAT,
                    "a port of type udp or tcp");
        }
    }

    @Test
    void shouldRefuseToGenerateFramesForATunnel() {
        makeTunnel("tun0");
        FrameTemplate frame = FrameTemplate.udp()
                .macs(pair.left().mac(), pair.right().mac())
                .ips(pair.left().ipv4Address(), pair.right().ipv4Address())
                .ports(5000, Rig.UDP_PORT)
                .build();
        HostException kernel =
                assertThrows(HostException.class, () -> right.call(() -> KernelTraffic.open("tun0", frame)));
        HostException ring = assertThrows(HostException.class, () -> right.call(() -> XdpTraffic.open("tun0", frame)));
        assertTrue(kernel.getMessage().contains(WHAT), kernel::getMessage);
        assertEquals(kernel.getMessage(), ring.getMessage());
    }

    @Test
    void shouldHaveDoctorNameIt() throws Exception {
        makeTunnel("tun0");
        try (ChildJvm child = ChildJvm.start(
                right, folder, List.of(), List.of("io.millrace.cli.Millrace", "doctor", "--port", "af-xdp"))) {
            ChildJvm.Outcome outcome = child.await();
            assertTrue(
                    outcome.out()
                            .matches("(?s).*tun0: tun, .*?\n +no +Ethernet headers +no af-xdp port can be opened"
                                    + " \\(link layer: none.*"),
                    outcome::toString);
        }
    }

    @Test
    void shouldStayAwayFromATunnelOfTheNameThatItLost() {
        start("", "", ECHO);
        remove();
        makeTunnel("right0");
        Await.until(() -> "a reason: " + link(), () -> link().why().contains("frames of right0" + WHAT), 20_000);
        assertEquals(LinkState.GONE, link().state());
        Shell.run(right, "ip", "link", "del", "right0");
        make(1);
        awaitState(LinkState.UP);
    }
}
