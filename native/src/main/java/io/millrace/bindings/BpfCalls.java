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

    /** {@code linux/bpf.h}: the helper that copies bytes of a frame at an offset that is no constant. */
    public static final int BPF_FUNC_XDP_LOAD_BYTES = 189;

    private static final int BPF_PROG_TYPE_XDP = 6;
    private static final SymbolLookup LIBBPF = SymbolLookup.libraryLookup("libbpf.so.1", Arena.global());

    private static final MethodHandle SET_IFINDEX = Linker.nativeLinker()
            .downcallHandle(
                    LIBBPF.findOrThrow("bpf_program__set_ifindex"),
                    FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle PROBE_HELPER = Linker.nativeLinker()
            .downcallHandle(
                    LIBBPF.findOrThrow("libbpf_probe_bpf_helper"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private BpfCalls() {}

    /**
     * Whether XDP programs may call a helper of the kernel: loads one that does.
     *
     * @param helper BPF_FUNC_…
     * @return false if the kernel does not know it; true also where this process may load no program at all
     */
    public static boolean hasXdpHelper(int helper) {
        try {
            return (int) PROBE_HELPER.invokeExact(BPF_PROG_TYPE_XDP, helper, MemorySegment.NULL) != 0;
        } catch (Throwable e) {
            throw new AssertionError("a downcall does not throw", e);
        }
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
