package io.millrace.bindings.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.millrace.bindings.CallState;
import io.millrace.bindings.Errno;
import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls the real libbpf, as far as that needs no privilege; loading programs is tested where they are loaded. */
class BpfBindingsTest {

    /** libbpf's own error numbers begin here: __LIBBPF_ERRNO__START in bpf/libbpf.h. */
    private static final int LIBBPF_ERRNO_START = 4000;

    @BeforeEach
    void requireLibrary() {
        try {
            NativeLibrary.LIBBPF.require();
        } catch (MissingLibraryException e) {
            abort(e.getMessage());
        }
    }

    @Test
    void shouldReachTheLibrary() {
        assertEquals(1, bpf_h.libbpf_major_version());
        assertTrue(bpf_h.libbpf_num_possible_cpus() >= 1);
    }

    @Test
    void shouldCaptureTheErrnoWhenAnObjectCannotBeOpened() throws Throwable {
        MethodHandle openMem =
                CallState.link(bpf_h.bpf_object__open_mem$address(), bpf_h.bpf_object__open_mem$descriptor());
        MemorySegment printer = bpf_h.libbpf_set_print(MemorySegment.NULL);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment noObject = arena.allocateFrom("no ELF file");
            MemorySegment state = CallState.allocate(arena);

            MemorySegment object =
                    (MemorySegment) openMem.invokeExact(state, noObject, noObject.byteSize(), MemorySegment.NULL);

            assertEquals(0, object.address());
            assertTrue(CallState.errno(state) >= LIBBPF_ERRNO_START, () -> Errno.name(CallState.errno(state)));
        } finally {
            bpf_h.libbpf_set_print(printer);
        }
    }

    @Test
    void shouldPassWhatTheLibraryPrintsToAnUpcall() {
        List<String> lines = new ArrayList<>();
        MemorySegment previous = MemorySegment.NULL;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocate(256);
            previous = bpf_h.libbpf_set_print(libbpf_print_fn_t.allocate(
                    (level, format, arguments) -> {
                        int length = libc_h.vsnprintf(line, line.byteSize(), format, arguments);
                        lines.add(level + " " + line.getString(0).strip());
                        return length;
                    },
                    arena));
            MemorySegment noObject = arena.allocateFrom("no ELF file");
            bpf_h.bpf_object__open_mem(noObject, noObject.byteSize(), MemorySegment.NULL);
        } finally {
            bpf_h.libbpf_set_print(previous);
        }

        assertTrue(
                lines.stream()
                        .anyMatch(line -> line.startsWith(bpf_h.LIBBPF_WARN() + " libbpf: ") && line.contains("ELF")),
                lines.toString());
    }
}
