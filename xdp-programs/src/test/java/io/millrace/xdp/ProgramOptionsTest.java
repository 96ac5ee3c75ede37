package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.NetNamespace;
import io.millrace.testing.RootOnly;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program's other kinds on a veth pair: for frames in several buffers, and for what the driver knows. */
@RootOnly
@Timeout(60)
class ProgramOptionsTest {
    private static final Set<Hint> ALL = EnumSet.allOf(Hint.class);

    private NetNamespace namespace;
    private int v0;

    @BeforeEach
    void makeVethPair() {
        namespace = new NetNamespace();
        namespace.command("ip link add v0 mtu 9000 type veth peer name v1 mtu 9000");
        namespace.command("ip link set v0 up");
        namespace.command("ip link set v1 up");
        v0 = namespace.interfaceIndex("v0");
    }

    @AfterEach
    void closeNamespace() {
        namespace.close();
    }

    private XdpProgram load(ProgramOptions options) {
        return namespace.call(() -> XdpProgram.load(List.of(AcceptRule.parse("udp dst port 9000")), 1, options));
    }

    private Attachment attach(XdpProgram program, int interfaceIndex, AttachMode mode) {
        return namespace.call(() -> program.attach(interfaceIndex, mode));
    }

    @Test
    void shouldAttachToLargeMtuInNativeModeWithFragsAlone() {
        try (XdpProgram program = load(ProgramOptions.PLAIN)) {
            XdpException refused = assertThrows(XdpException.class, () -> attach(program, v0, AttachMode.NATIVE));
            assertTrue(refused.getMessage().contains("multi-buffer = on"), refused::getMessage);
        }
        try (XdpProgram program = load(new ProgramOptions(true, Set.of(), 0))) {
            assertEquals(
                    AttachMode.NATIVE, attach(program, v0, AttachMode.NATIVE).mode());
            program.detach();
            assertEquals(AttachMode.SKB, attach(program, v0, AttachMode.SKB).mode());
        }
    }

    @Test
    void shouldAskTheDriverOfOneInterfaceInNativeMode() {
        for (Hint hint : Hint.values()) {
            try (XdpProgram program = load(new ProgramOptions(true, Set.of(hint), v0))) {
                assertEquals(
                        AttachMode.NATIVE, attach(program, v0, AttachMode.AUTO).mode());
            }
        }
        int v1 = namespace.interfaceIndex("v1");
        try (XdpProgram program = load(new ProgramOptions(true, ALL, v0))) {
            XdpException refused = assertThrows(XdpException.class, () -> attach(program, v1, AttachMode.AUTO));
            assertTrue(refused.getMessage().contains("metadata = []"), refused::getMessage);
            assertEquals(1, refused.getMessage().lines().count());
        }
    }

    @Test
    void shouldTakePartInAProgramForSeveralBuffersAndNotTheOtherWayRound() {
        ProgramOptions frags = new ProgramOptions(true, Set.of(), 0);
        try (XdpProgram inOne = load(ProgramOptions.PLAIN);
                XdpProgram inSeveral = load(frags)) {
            namespace.call(() -> inSeveral.attachOrJoin(v0, AttachMode.SKB));
            namespace.call(() -> inOne.attachOrJoin(v0, AttachMode.SKB));
            assertTrue(inOne.isJoined());
            inOne.detach();
            inSeveral.detach();

            namespace.call(() -> inOne.attachOrJoin(v0, AttachMode.SKB));
            XdpException refused = assertThrows(
                    XdpException.class, () -> namespace.call(() -> inSeveral.attachOrJoin(v0, AttachMode.SKB)));
            assertEquals("multi-buffer", refused.setting());
            assertTrue(refused.isOccupied());
        }
    }

    @Test
    void shouldSayWhatADriverCanTell() {
        XdpFeatures veth = namespace.call(() -> XdpFeatures.of(v0));
        assertEquals(ALL, veth.hints());
        assertTrue(veth.known());
        XdpFeatures lo = namespace.call(() -> XdpFeatures.of(1));
        assertEquals(Set.of(), lo.hints());
        assertTrue(lo.known());
        XdpFeatures absent = namespace.call(() -> XdpFeatures.of(9_999));
        assertFalse(absent.known());
    }
}
