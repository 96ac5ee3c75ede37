package io.millrace.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What of libbpf the generated bindings leave out; {@link NativeLibrary#LIBBPF} must be there. Cold. */
public final class BpfCalls {
    /** {@code linux/bpf.h}: the program is for one interface, whose driver it may ask. */
    public static final int BPF_F_XDP_DEV_BOUND_ONLY = 1 << 6;

    private static final MethodHandle SET_IFINDEX = Linker.nativeLinker().downcallHandle(
        SymbolLookup.libraryLookup("libbpf.so.1", Arena.global()).findOrThrow("bpf_program__set_ifindex"),
        FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private BpfCalls() {
    }

    /**
     * Before loading: for which interface the program is.
     *
     * @param program        of libbpf
     * @param interfaceIndex of the network namespace of the thread that loads it
     */
    public static void setInterface(MemorySegment program, int interfaceIndex) {
        try {
            SET_IFINDEX.invokeExact(program, interfaceIndex);
        } catch (Throwable e) {
            throw new AssertionError("a downcall does not throw", e);
        }
    }
}
