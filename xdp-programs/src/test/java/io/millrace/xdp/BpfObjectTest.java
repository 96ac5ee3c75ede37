package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.SystemCallException;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

@RootOnly
class BpfObjectTest {

    private static final String ACCEPT = "/bpf/accept.bpf.o";

    @Test
    void shouldQuoteTheVerifierWhenItRefuses() {
        XdpException e =
                assertThrows(XdpException.class, () -> BpfObject.load("/bpf/refused.bpf.o", BpfObjectTest.class));

        assertTrue(
                e.getMessage()
                        .startsWith("loading BPF program refused: EACCES (Permission denied), the verifier says: "),
                e.getMessage());
        assertTrue(e.getMessage().contains("invalid access to packet"), e.getMessage());
        assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    }

    @Test
    void shouldSayWhenResourceIsMissing() {
        assertEquals(
                "resource /bpf/absent.bpf.o is missing from the jar of io.millrace.xdp.BpfObjectTest;"
                        + " build the module that it belongs to",
                assertThrows(XdpException.class, () -> BpfObject.load("/bpf/absent.bpf.o", BpfObjectTest.class))
                        .getMessage());
    }

    @Test
    void shouldSayWhenResourceIsNoObjectFile() {
        String message = assertThrows(
                        XdpException.class, () -> BpfObject.load("/simplelogger.properties", BpfObjectTest.class))
                .getMessage();

        assertTrue(message.startsWith("BPF object /simplelogger.properties cannot be opened: "), message);
    }

    @Test
    void shouldGiveProgramsAndMapsByName() {
        try (BpfObject object = BpfObject.load(ACCEPT, XdpProgram.class, bpf -> bpf.maxEntries("sockets", 7))) {
            assertTrue(object.programFd("accept") > 0);
            assertTrue(object.mapFd("sockets") > 0);
            assertEquals(AcceptLayout.KEY_LENGTH, object.map("rules").keyLength());
            assertThrows(IllegalArgumentException.class, () -> object.programFd("absent"));
            assertThrows(IllegalArgumentException.class, () -> object.mapFd("absent"));
        }
    }

    /** The sizes of accept.h, as BTF has them, and those that Java writes. */
    @Test
    void shouldAgreeWithTheProgramOnLayouts() {
        try (BpfObject object = BpfObject.load(ACCEPT, XdpProgram.class)) {
            assertEquals(
                    AcceptLayout.CONFIG_LENGTH, object.map(".rodata.config").valueLength());
            assertEquals(AcceptLayout.CLASS_TABLES_LENGTH, object.map(".bss").valueLength());
            assertEquals(AcceptLayout.COUNTERS_LENGTH, object.map("counters").valueLength());
            assertEquals(
                    AcceptLayout.prefixLength(false), object.map("dst_ipv4").keyLength());
            assertEquals(AcceptLayout.prefixLength(true), object.map("src_ipv6").keyLength());
        }
    }

    @Test
    void shouldRefuseSizesOnceLoaded() {
        try (BpfObject object = BpfObject.load(ACCEPT, XdpProgram.class);
                Arena arena = Arena.ofConfined()) {
            assertThrows(SystemCallException.class, () -> object.maxEntries("sockets", 2));
            assertThrows(
                    SystemCallException.class,
                    () -> object.initialValue(".rodata.config", arena.allocate(AcceptLayout.CONFIG_LENGTH)));
        }
    }

    @Test
    void shouldThrowWhenUsedAfterClose() {
        BpfObject object = BpfObject.load(ACCEPT, XdpProgram.class);
        object.close();
        object.close();

        assertThrows(IllegalStateException.class, () -> object.mapFd("sockets"));
        assertThrows(IllegalStateException.class, () -> object.programFd("accept"));
    }
}
