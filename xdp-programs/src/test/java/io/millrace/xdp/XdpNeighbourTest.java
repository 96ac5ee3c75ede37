package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interface that has a program already: another engine's, or somebody else's. */
@RootOnly
@Timeout(60)
class XdpNeighbourTest extends VethFixture {

    @Test
    void shouldNameTheProgramThatIsThereAlready() {
        try (XdpProgram first = load();
                XdpProgram second = load()) {
            attach(first, v0, AttachMode.NATIVE);
            String expected = "; v0 has XDP program 'accept', id " + programOn(v0) + " in native mode; stop the process"
                    + " that attached it, or if none runs: ip link set dev v0 xdp off";

            for (AttachMode mode : AttachMode.values()) {
                String message = attachFailure(second, v0, mode).getMessage();
                assertTrue(message.endsWith(expected), message);
                assertTrue(message.contains(mode == AttachMode.SKB ? "EEXIST" : "EBUSY"), message);
            }
        }
    }

    @Test
    void shouldTakePartInTheSameProgramUntilTheLastHolderCloses() {
        XdpProgram first = load();
        try (XdpProgram second = load();
                XdpProgram other = XdpProgram.load(List.of(), 1)) {
            assertEquals(
                    AttachMode.NATIVE,
                    namespace
                            .call(() -> first.attachOrJoin(v0, AttachMode.AUTO))
                            .mode());
            int programId = programOn(v0);
            assertFalse(first.isJoined());
            assertEquals(
                    new Attachment(AttachMode.NATIVE, ""),
                    namespace.call(() -> second.attachOrJoin(v0, AttachMode.AUTO)));
            assertTrue(second.isJoined());
            for (AttachMode mode : AttachMode.values()) {
                String message = assertThrows(
                                XdpException.class, () -> namespace.call(() -> other.attachOrJoin(v0, mode)))
                        .getMessage();
                assertTrue(message.contains("other accept rules; "), message);
            }
            first.close();
            assertEquals(programId, programOn(v0), "the second one's now");
            second.detach();
            assertEquals(0, programOn(v0));
            assertEquals(new XdpCounters(0, 0, 0), second.counters());
            namespace.call(() -> second.attachOrJoin(v0, AttachMode.SKB));
            assertFalse(second.isJoined());
            String message = assertThrows(
                            XdpException.class, () -> namespace.call(() -> other.attachOrJoin(v0, AttachMode.AUTO)))
                    .getMessage();
            assertTrue(message.contains("(EBUSY)"), message);
        }
        assertEquals(0, programOn(v0));
    }

    @Test
    void shouldNotTakePartInAProgramThatNobodyHolds() throws IOException {
        try (XdpProgram forgotten = load();
                XdpProgram program = load()) {
            namespace.run(() -> assertEquals(
                    0,
                    bpf_h.bpf_xdp_attach(v0, forgotten.programFd(), xdp_h.XDP_FLAGS_DRV_MODE(), MemorySegment.NULL)));
            String message = assertThrows(
                            XdpException.class, () -> namespace.call(() -> program.attachOrJoin(v0, AttachMode.AUTO)))
                    .getMessage();
            assertTrue(message.contains("; v0 has XDP program 'accept'"), message);
            namespace.command(message.substring(message.indexOf("ip link set dev v0")));
        }
    }

    @Test
    void shouldNameTheCommandThatRemovesAForgottenProgram() throws IOException {
        try (XdpProgram forgotten = load();
                XdpProgram program = load()) {
            for (int flags : new int[] {xdp_h.XDP_FLAGS_DRV_MODE(), xdp_h.XDP_FLAGS_SKB_MODE()}) {
                namespace.run(() ->
                        assertEquals(0, bpf_h.bpf_xdp_attach(v0, forgotten.programFd(), flags, MemorySegment.NULL)));
                String message = attachFailure(program, v0, AttachMode.AUTO).getMessage();

                namespace.command(message.substring(message.indexOf("ip link set dev v0")));

                assertEquals(0, programOn(v0));
                attach(program, v0, AttachMode.AUTO);
                program.detach();
            }
        }
    }
}
