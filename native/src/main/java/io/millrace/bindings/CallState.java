package io.millrace.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The errno of a downcall, taken by the linker before the JVM can overwrite it; a second call that asks for errno comes
 * too late.
 *
 * <p>A handle from {@link #link} takes, before the C function's own arguments, the segment that receives the errno. One
 * segment serves any number of calls, one at a time.
 */
public final class CallState {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = LAYOUT.byteOffset(PathElement.groupElement("errno"));

    private CallState() {}

    /**
     * Links a generated function again, so that its errno is captured.
     *
     * @param address    the generated {@code function$address()}
     * @param descriptor the generated {@code function$descriptor()}
     * @return a handle that takes the call state first
     */
    public static MethodHandle link(MemorySegment address, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(address, descriptor, CAPTURE_ERRNO);
    }

    /**
     * Links a variadic function for one kind of argument list: on some machines variadic arguments travel elsewhere.
     *
     * @param address         the function
     * @param descriptor      its fixed parameters, then those of this kind of call
     * @param fixedParameters how many of them are fixed
     * @return a handle that takes the call state first
     */
    public static MethodHandle linkVariadic(MemorySegment address, FunctionDescriptor descriptor, int fixedParameters) {
        return LINKER.downcallHandle(
                address, descriptor, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(fixedParameters));
    }

    /**
     * A segment for the first argument of a linked handle.
     *
     * @param arena its owner
     * @return the segment
     */
    public static MemorySegment allocate(Arena arena) {
        return arena.allocate(LAYOUT);
    }

    /**
     * The errno that the last call left; meaningful only if that call failed.
     *
     * @param state the segment that was passed to the call
     * @return the errno
     */
    public static int errno(MemorySegment state) {
        return state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }
}
