package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.*;

import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The system calls of set-up and tear-down, for any thread. Arguments are those of the C functions, whose manual pages
 * tell the rest; flags come from the generated {@link io.millrace.bindings.libc.libc_h}. Those that
 * only UDP and TCP sockets take are in {@link Sockets}.
 *
 * <p>Every failure throws {@link SystemCallException}. Calls allocate; a poller's duty cycle uses {@link SocketCalls}.
 */
public final class Libc {

    // what gives memory and descriptors back must be there when the heap is full
    private static final ErrnoCall MMAP =
            ErrnoCall.of("mmap", libc_h::mmap$address, libc_h::mmap$descriptor).linked();
    private static final ErrnoCall MUNMAP = ErrnoCall.of("munmap", libc_h::munmap$address, libc_h::munmap$descriptor)
            .linked();
    private static final ErrnoCall MUNLOCK = ErrnoCall.of(
                    "munlock", libc_h::munlock$address, libc_h::munlock$descriptor)
            .linked();
    private static final ErrnoCall MADVISE = ErrnoCall.of(
                    "madvise", libc_h::madvise$address, libc_h::madvise$descriptor)
            .linked();
    private static final ErrnoCall CLOSE = ErrnoCall.of("close", libc_h::close$address, libc_h::close$descriptor)
            .linked();

    private static final ErrnoCall SOCKET = ErrnoCall.of("socket", libc_h::socket$address, libc_h::socket$descriptor);
    private static final ErrnoCall SETSOCKOPT =
            ErrnoCall.of("setsockopt", libc_h::setsockopt$address, libc_h::setsockopt$descriptor);
    private static final ErrnoCall GETSOCKOPT =
            ErrnoCall.of("getsockopt", libc_h::getsockopt$address, libc_h::getsockopt$descriptor);
    private static final ErrnoCall BIND = ErrnoCall.of("bind", libc_h::bind$address, libc_h::bind$descriptor);
    private static final ErrnoCall READ = ErrnoCall.of("read", libc_h::read$address, libc_h::read$descriptor);
    private static final ErrnoCall WRITE = ErrnoCall.of("write", libc_h::write$address, libc_h::write$descriptor);
    private static final ErrnoCall IF_NAMETOINDEX =
            ErrnoCall.of("if_nametoindex", libc_h::if_nametoindex$address, libc_h::if_nametoindex$descriptor);
    private static final ErrnoCall IF_INDEXTONAME =
            ErrnoCall.of("if_indextoname", libc_h::if_indextoname$address, libc_h::if_indextoname$descriptor);
    private static final ErrnoCall SCHED_SETAFFINITY =
            ErrnoCall.of("sched_setaffinity", libc_h::sched_setaffinity$address, libc_h::sched_setaffinity$descriptor);
    private static final ErrnoCall GETRLIMIT =
            ErrnoCall.of("getrlimit", libc_h::getrlimit$address, libc_h::getrlimit$descriptor);
    private static final ErrnoCall CLOCK_GETTIME =
            ErrnoCall.of("clock_gettime", libc_h::clock_gettime$address, libc_h::clock_gettime$descriptor);
    private static final ErrnoCall SETNS = ErrnoCall.of("setns", libc_h::setns$address, libc_h::setns$descriptor);
    private static final ErrnoCall UNSHARE =
            ErrnoCall.of("unshare", libc_h::unshare$address, libc_h::unshare$descriptor);
    private static final ErrnoCall KILL = ErrnoCall.of("kill", libc_h::kill$address, libc_h::kill$descriptor);
    private static final ErrnoCall EVENTFD =
            ErrnoCall.of("eventfd", libc_h::eventfd$address, libc_h::eventfd$descriptor);
    private static final ErrnoCall PIPE2 = ErrnoCall.of("pipe2", libc_h::pipe2$address, libc_h::pipe2$descriptor);
    private static final ErrnoCall OPEN =
            ErrnoCall.variadic("open", open::address, FunctionDescriptor.of(C_INT, C_POINTER, C_INT), 2);
    private static final ErrnoCall IOCTL =
            ErrnoCall.variadic("ioctl", ioctl::address, FunctionDescriptor.of(C_INT, C_INT, C_LONG, C_POINTER), 2);
    private static final ErrnoCall FCNTL =
            ErrnoCall.variadic("fcntl", fcntl::address, FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT), 2);
    private static final ErrnoCall MREMAP = ErrnoCall.variadic(
            "mremap",
            mremap::address,
            FunctionDescriptor.of(C_POINTER, C_POINTER, C_LONG, C_LONG, C_INT, C_POINTER),
            4);

    private Libc() {}

    /**
     * Opens a socket.
     *
     * @param domain   AF_XDP, AF_INET…
     * @param type     SOCK_RAW…, with flags
     * @param protocol 0 for the domain's own
     * @return its descriptor
     */
    public static int socket(int domain, int type, int protocol) {
        return (int) SOCKET.call((function, state) -> (int) function.invokeExact(state, domain, type, protocol));
    }

    /**
     * Sets a socket option.
     *
     * @param fd     the socket
     * @param level  SOL_XDP, SOL_SOCKET…
     * @param option one of that level's
     * @param value  the option's structure, whole
     */
    public static void setsockopt(int fd, int level, int option, MemorySegment value) {
        int lengthBytes = (int) value.byteSize();
        SETSOCKOPT.call((function, state) -> (int) function.invokeExact(state, fd, level, option, value, lengthBytes));
    }

    /**
     * Sets a socket option that is an int.
     *
     * @param fd     the socket
     * @param level  SOL_XDP, SOL_SOCKET…
     * @param option one of that level's
     * @param value  its new value
     */
    public static void setsockopt(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            setsockopt(fd, level, option, arena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }

    /**
     * Reads a socket option. Older kernels know shorter structures: what they do not write stays as it was.
     *
     * @param fd     the socket
     * @param level  SOL_XDP, SOL_SOCKET…
     * @param option one of that level's
     * @param value  receives the option's structure
     * @return how many bytes the kernel wrote
     */
    public static int getsockopt(int fd, int level, int option, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lengthBytes = arena.allocateFrom(ValueLayout.JAVA_INT, (int) value.byteSize());
            GETSOCKOPT.call(
                    (function, state) -> (int) function.invokeExact(state, fd, level, option, value, lengthBytes));
            return lengthBytes.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * Binds a socket.
     *
     * @param fd      the socket
     * @param address its address, of the length that its family has
     */
    public static void bind(int fd, MemorySegment address) {
        int lengthBytes = (int) address.byteSize();
        BIND.call((function, state) -> (int) function.invokeExact(state, fd, address, lengthBytes));
    }

    /**
     * Maps memory. The arena owns the mapping: its close unmaps, and every later access throws.
     *
     * @param arena       the owner; who may use the memory is up to its kind
     * @param lengthBytes how much
     * @param protection  PROT_READ…
     * @param flags       MAP_SHARED…
     * @param fd          what is mapped, -1 for none
     * @param offset      where in it
     * @return the mapping
     */
    public static MemorySegment mmap(Arena arena, long lengthBytes, int protection, int flags, int fd, long offset) {
        MemorySegment mapping = map(MemorySegment.NULL, lengthBytes, protection, flags, fd, offset);
        try {
            return mapping.reinterpret(lengthBytes, arena, memory -> munmap(memory, lengthBytes));
        } catch (RuntimeException e) { // the arena is closed or belongs to another thread
            munmap(mapping, lengthBytes);
            throw e;
        }
    }

    /**
     * Maps anonymous memory that no arena owns, anywhere, or with MAP_FIXED in place of what is mapped at the address;
     * returns where it is.
     */
    public static long mapAnonymous(long address, long lengthBytes, int protection, int flags) {
        return map(MemorySegment.ofAddress(address), lengthBytes, protection, flags | MAP_ANONYMOUS(), -1, 0)
                .address();
    }

    private static MemorySegment map(
            MemorySegment address, long length, int protection, int flags, int fd, long offset) {
        return MemorySegment.ofAddress(MMAP.call((function, state) -> ((MemorySegment)
                        function.invokeExact(state, address, length, protection, flags, fd, offset))
                .address()));
    }

    /** Moves a mapping as it is to another address, in place of what is mapped there, with nothing in between. */
    public static void moveMapping(MemorySegment from, long lengthBytes, long address) {
        MREMAP.call((function, state) -> ((MemorySegment) function.invokeExact(
                        state,
                        from,
                        lengthBytes,
                        lengthBytes,
                        MREMAP_MAYMOVE() | MREMAP_FIXED(),
                        MemorySegment.ofAddress(address)))
                .address());
    }

    /** Unmaps a range of memory. */
    public static void munmap(MemorySegment mapping, long lengthBytes) {
        MUNMAP.call((function, state) -> (int) function.invokeExact(state, mapping, lengthBytes));
    }

    /**
     * Gives back the memory of private anonymous pages, which stay mapped and read as zeroes, and has them unlocked: a
     * process that has called mlockall(2) with MCL_FUTURE has all the pages of a mapping in memory from its start.
     */
    public static void discard(long address, long lengthBytes) {
        MemorySegment pages = MemorySegment.ofAddress(address);
        MUNLOCK.call((function, state) -> (int) function.invokeExact(state, pages, lengthBytes));
        MADVISE.call((function, state) -> (int) function.invokeExact(state, pages, lengthBytes, MADV_DONTNEED()));
    }

    /**
     * Closes a descriptor. Not to be repeated after EINTR: Linux has released the descriptor by then, so that is no
     * failure here.
     *
     * @param fd the descriptor
     */
    public static void close(int fd) {
        try {
            CLOSE.call((function, state) -> (int) function.invokeExact(state, fd));
        } catch (SystemCallException e) {
            if (e.errno() != EINTR()) {
                throw e;
            }
        }
    }

    /**
     * Opens a file that exists.
     *
     * @param path  the file
     * @param flags O_RDONLY…, not O_CREAT, which takes one argument more
     * @return its descriptor
     */
    public static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cPath = arena.allocateFrom(path);
            return (int) OPEN.call(" " + path, (function, state) -> (int) function.invokeExact(state, cPath, flags));
        }
    }

    /**
     * Reads from a descriptor, as much as there is and fits.
     *
     * @param fd     the descriptor
     * @param buffer receives the bytes
     * @return how many came; 0 at the end of a file
     */
    public static long read(int fd, MemorySegment buffer) {
        long lengthBytes = buffer.byteSize();
        return READ.call((function, state) -> (long) function.invokeExact(state, fd, buffer, lengthBytes));
    }

    /**
     * Writes to a descriptor.
     *
     * @param fd     the descriptor
     * @param buffer the bytes
     * @return how many were taken
     */
    public static long write(int fd, MemorySegment buffer) {
        long lengthBytes = buffer.byteSize();
        return WRITE.call((function, state) -> (long) function.invokeExact(state, fd, buffer, lengthBytes));
    }

    /**
     * Finds a network interface of the calling thread's network namespace.
     *
     * @param name its name, or an alternative one; one of more than 15 bytes takes an AF_NETLINK socket to ask by
     * @return its index; ENODEV is thrown when there is none
     */
    public static int ifNameToIndex(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            if (cName.byteSize() > AlternativeNames.LONGEST_OWN_NAME + 1) {
                return AlternativeNames.index(cName, "if_nametoindex " + name);
            }
            return (int) IF_NAMETOINDEX.call(
                    " " + name, (function, state) -> failedIfZero((int) function.invokeExact(state, cName)));
        }
    }

    /**
     * Names a network interface of the calling thread's network namespace.
     *
     * @param index its index
     * @return its name; ENXIO is thrown when there is none
     */
    public static String ifIndexToName(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(IF_NAMESIZE());
            IF_INDEXTONAME.call(
                    " " + index,
                    (function, state) ->
                            failedIfZero(((MemorySegment) function.invokeExact(state, index, name)).address()));
            return name.getString(0);
        }
    }

    /**
     * Controls a device.
     *
     * @param fd       the descriptor
     * @param request  SIOCETHTOOL…
     * @param argument what the request wants; most write to it
     * @return what the request returns, mostly 0
     */
    public static int ioctl(int fd, long request, MemorySegment argument) {
        return (int) IOCTL.call((function, state) -> (int) function.invokeExact(state, fd, request, argument));
    }

    /**
     * Reads a limit of the process.
     *
     * @param resource RLIMIT_MEMLOCK…
     * @param limit    receives it, a {@link io.millrace.bindings.libc.rlimit}
     */
    public static void getrlimit(int resource, MemorySegment limit) {
        GETRLIMIT.call((function, state) -> (int) function.invokeExact(state, resource, limit));
    }

    /**
     * Reads a clock.
     *
     * @param clock CLOCK_TAI…
     * @param time  receives it, a {@link io.millrace.bindings.libc.timespec}
     */
    public static void clockGettime(int clock, MemorySegment time) {
        CLOCK_GETTIME.call((function, state) -> (int) function.invokeExact(state, clock, time));
    }

    /**
     * Keeps the calling OS thread on one CPU. EINVAL is thrown for a CPU that is absent, off line or not allowed.
     *
     * @param cpu counted from 0
     */
    public static void pinCurrentThread(int cpu) {
        if (cpu < 0) {
            throw new SystemCallException("sched_setaffinity to CPU " + cpu, EINVAL());
        }
        try (Arena arena = Arena.ofConfined()) {
            long wordCount = cpu / Long.SIZE + 1;
            MemorySegment mask = arena.allocate(ValueLayout.JAVA_LONG, wordCount);
            mask.setAtIndex(ValueLayout.JAVA_LONG, cpu / Long.SIZE, 1L << cpu);
            SCHED_SETAFFINITY.call(
                    " to CPU " + cpu, (function, state) -> (int) function.invokeExact(state, 0, mask.byteSize(), mask));
        }
    }

    /**
     * Moves the calling OS thread into a namespace; no other thread moves. Not for virtual threads.
     *
     * @param fd     the namespace, for example /proc/self/ns/net opened
     * @param nsType CLONE_NEWNET…, or 0 for whatever the descriptor is
     */
    public static void setns(int fd, int nsType) {
        SETNS.call((function, state) -> (int) function.invokeExact(state, fd, nsType));
    }

    /**
     * Gives the calling OS thread namespaces of its own; no other thread moves. Not for virtual threads.
     *
     * @param flags CLONE_NEWNET…
     */
    public static void unshare(int flags) {
        UNSHARE.call((function, state) -> (int) function.invokeExact(state, flags));
    }

    /**
     * The calling OS thread.
     *
     * @return its id, as /proc/self/task lists it
     */
    public static int gettid() {
        return io.millrace.bindings.libc.libc_h.gettid();
    }

    /**
     * Sends a signal.
     *
     * @param pid    the process
     * @param signal SIGTERM…, or 0, which only asks whether the process is there
     */
    public static void kill(int pid, int signal) {
        KILL.call((function, state) -> (int) function.invokeExact(state, pid, signal));
    }

    /**
     * Makes a descriptor that counts: a way to wake a thread that polls.
     *
     * @param initial the count to begin with
     * @param flags   EFD_NONBLOCK…
     * @return the descriptor
     */
    public static int eventfd(int initial, int flags) {
        return (int) EVENTFD.call((function, state) -> (int) function.invokeExact(state, initial, flags));
    }

    /**
     * Makes a pipe, which the caller closes.
     *
     * @param flags O_CLOEXEC, O_NONBLOCK… for both ends
     * @return its descriptors: the end to read from, then the end to write to
     */
    public static int[] pipe2(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(C_INT, 2);
            PIPE2.call((function, state) -> (int) function.invokeExact(state, ends, flags));
            return ends.toArray(C_INT);
        }
    }

    /**
     * Controls a descriptor.
     *
     * @param fd       the descriptor
     * @param command  F_SETPIPE_SZ…, one that takes an int or nothing
     * @param argument what the command wants, 0 for nothing
     * @return what the command returns; F_SETPIPE_SZ returns the size in bytes that the pipe got
     */
    public static int fcntl(int fd, int command, int argument) {
        return (int) FCNTL.call((function, state) -> (int) function.invokeExact(state, fd, command, argument));
    }

    /**
     * The user that the process acts as.
     *
     * @return the effective user id; 0 is root
     */
    public static int geteuid() {
        return io.millrace.bindings.libc.libc_h.geteuid();
    }

    static {
        // Loads the classes that report a failure beforehand: at the failure, no descriptor may be left to read a class
        // file.
        new SystemCallException("", 0).getMessage();
    }

    private static long failedIfZero(long result) {
        return result == 0 ? -1 : result;
    }
}
