package io.millrace.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

/**
 * A C function that returns -1 when it failed, and whose errno is captured; for any thread. It is linked at its first
 * call: linking one takes milliseconds, in which the JVM makes some ten classes, and a process calls few of them.
 * Threads that come at once may each link it, which does no harm.
 */
final class ErrnoCall {
    private final String name;
    private final Supplier<MethodHandle> linker;
    private volatile MethodHandle handle;

    private ErrnoCall(String name, Supplier<MethodHandle> linker) {
        this.name = name;
        this.linker = linker;
    }

    /**
     * A function with a fixed list of parameters.
     *
     * @param name       how messages call it
     * @param address    the generated {@code function$address}
     * @param descriptor the generated {@code function$descriptor}
     */
    static ErrnoCall of(String name, Supplier<MemorySegment> address, Supplier<FunctionDescriptor> descriptor) {
        return new ErrnoCall(name, () -> CallState.link(address.get(), descriptor.get()));
    }

    /**
     * A variadic function, for one kind of argument list.
     *
     * @param name            how messages call it
     * @param address         the generated {@code function.address}
     * @param descriptor      its fixed parameters, then those of this kind of call
     * @param fixedParameters how many of them are fixed
     */
    static ErrnoCall variadic(
            String name, Supplier<MemorySegment> address, FunctionDescriptor descriptor, int fixedParameters) {
        return new ErrnoCall(name, () -> CallState.linkVariadic(address.get(), descriptor, fixedParameters));
    }

    /** Passes the arguments of one call to the linked function. */
    interface Arguments {
        /** Calls the function with the call state as its first argument, and returns what it returned. */
        long pass(MethodHandle function, MemorySegment state) throws Throwable;
    }

    /** Links the function now, for calls that must not fail because the heap is full. */
    ErrnoCall linked() {
        function();
        return this;
    }

    /**
     * Makes one call.
     *
     * @return what the function returned
     * @throws SystemCallException if that was -1
     */
    long call(Arguments arguments) {
        return call("", arguments);
    }

    /**
     * Makes one call.
     *
     * @param operand what the message names beside the function, such as " eth0"
     * @return what the function returned
     * @throws SystemCallException if that was -1
     */
    long call(String operand, Arguments arguments) {
        MethodHandle function = function();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CallState.allocate(arena);
            long result = arguments.pass(function, state);
            if (result == -1) {
                throw new SystemCallException(name + operand, CallState.errno(state));
            }
            return result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private MethodHandle function() {
        MethodHandle function = handle;
        if (function == null) {
            function = linker.get();
            handle = function;
        }
        return function;
    }
}
