package io.millrace.testing;

import static io.millrace.bindings.libc.libc_h.C_INT;
import static io.millrace.bindings.libc.libc_h.C_LONG;
import static io.millrace.bindings.libc.libc_h.C_POINTER;

import io.millrace.bindings.libc.sock_filter;
import io.millrace.bindings.libc.sock_fprog;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Makes a system call fail, as containers do, for the calling thread and those that it starts from then on. It can't be
 * undone while the thread lives, so use a thread or a process of its own.
 */
public final class Seccomp {
    /** Numbers of system calls that are the same on every architecture. */
    public static final int IO_URING_SETUP = 425;

    public static final int IO_URING_REGISTER = 427;
    /** Stands for any second argument. */
    public static final int ANY = -1;

    private static final int PR_SET_SECCOMP = 22;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final long MODE_FILTER = 2;
    private static final int ALLOW = 0x7fff_0000;
    private static final int ERRNO = 0x0005_0000;
    private static final short LOAD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int NUMBER = 0;
    /** The offsets of the lower halves of the second and third arguments in {@code struct seccomp_data}. */
    private static final int SECOND = 24;

    private static final int THIRD = 32;
    private static final int SETSOCKOPT = System.getProperty("os.arch").equals("amd64") ? 54 : 208;

    private static final MethodHandle PRCTL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("prctl"),
                    FunctionDescriptor.of(C_INT, C_INT, C_LONG, C_POINTER, C_LONG, C_LONG),
                    Linker.Option.firstVariadicArg(1));

    private Seccomp() {}

    /**
     * @param call   its number
     * @param second what its second argument must be, or {@link #ANY}
     * @param errno  what it fails with
     */
    public static void fail(int call, int second, int errno) {
        fail(call, second == ANY ? NUMBER : SECOND, second == ANY ? call : second, errno);
    }

    /** Makes {@code setsockopt} fail for an option, of whatever level: as with a kernel that does not know it. */
    public static void failOption(int option, int errno) {
        fail(SETSOCKOPT, THIRD, option, errno);
    }

    private static void fail(int call, int place, int value, int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = sock_filter.allocateArray(6, arena);
            write(filter, 0, LOAD, 0, NUMBER);
            write(filter, 1, JUMP_IF_EQUAL, 3, call);
            write(filter, 2, LOAD, 0, place);
            write(filter, 3, JUMP_IF_EQUAL, 1, value);
            write(filter, 4, RETURN, 0, ERRNO | errno);
            write(filter, 5, RETURN, 0, ALLOW);
            MemorySegment program = sock_fprog.allocate(arena);
            sock_fprog.len(program, (short) 6);
            sock_fprog.filter(program, filter);
            prctl(PR_SET_NO_NEW_PRIVS, 1, MemorySegment.NULL);
            prctl(PR_SET_SECCOMP, MODE_FILTER, program);
        }
    }

    /** @param otherwise instructions to skip when a comparison fails */
    private static void write(MemorySegment filter, int index, short code, int otherwise, int value) {
        MemorySegment instruction = sock_filter.asSlice(filter, index);
        sock_filter.code(instruction, code);
        sock_filter.jf(instruction, (byte) otherwise);
        sock_filter.k(instruction, value);
    }

    private static void prctl(int option, long second, MemorySegment third) {
        try {
            if ((int) PRCTL.invokeExact(option, second, third, 0L, 0L) != 0) {
                throw new IllegalStateException("prctl " + option + " failed");
            }
        } catch (Throwable e) {
            throw e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
        }
    }

    /** Runs another class's {@code main}: {@code CALL SECOND ERRNO CLASS ARGUMENT…}. */
    public static void main(String[] args) throws ReflectiveOperationException {
        fail(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        String[] rest = Arrays.copyOfRange(args, 4, args.length);
        Class.forName(args[3]).getMethod("main", String[].class).invoke(null, (Object) rest);
    }
}
