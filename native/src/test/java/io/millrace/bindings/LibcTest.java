package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.libc.ifreq;
import io.millrace.bindings.libc.sockaddr;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class LibcTest {

    private static final int PAGE_SIZE = getpagesize();

    @TempDir
    private Path folder;

    @Test
    void shouldThrowTheErrnoOfTheCallThatFailed() {
        assertFails("socket", EAFNOSUPPORT(), () -> Libc.socket(4711, SOCK_RAW(), 0));
        assertFails("setsockopt", EBADF(), () -> Libc.setsockopt(-1, SOL_SOCKET(), SO_RCVBUF(), 1));
        assertFails("open /none", ENOENT(), () -> Libc.open("/none", O_RDONLY()));
        assertFails("close", EBADF(), () -> Libc.close(-1));
        assertFails("setns", EBADF(), () -> Libc.setns(-1, CLONE_NEWNET()));
        assertFails("eventfd", EINVAL(), () -> Libc.eventfd(0, -1));
        assertFails("kill", ESRCH(), () -> Libc.kill(Integer.MAX_VALUE, 0));
        assertFails("pipe2", EINVAL(), () -> Libc.pipe2(-1));
        assertFails("fcntl", EBADF(), () -> Libc.fcntl(-1, F_GETFL(), 0));
    }

    @Test
    void shouldSetAndGetSocketOptions() {
        withSocket(socket -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment value = arena.allocate(16);

                Libc.setsockopt(socket, SOL_SOCKET(), SO_RCVBUF(), 16_384);
                assertEquals(Integer.BYTES, Libc.getsockopt(socket, SOL_SOCKET(), SO_RCVBUF(), value));

                // The kernel doubles what it is asked for, to leave room for its own bookkeeping: socket(7).
                assertEquals(32_768, value.get(ValueLayout.JAVA_INT, 0));
            }
        });
    }

    @Test
    void shouldBindOnce() {
        withSocket(socket -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment anyPort = arena.allocate(sockaddr.layout());
                sockaddr.sa_family(anyPort, (short) AF_INET());

                Libc.bind(socket, anyPort);

                assertFails("bind", EINVAL(), () -> Libc.bind(socket, anyPort));
            }
        });
    }

    @Test
    void shouldUnmapWhenTheArenaCloses() throws Exception {
        Path file = Files.write(folder.resolve("mapped"), new byte[PAGE_SIZE]);
        int fd = Libc.open(file.toString(), O_RDWR());
        MemorySegment mapping;
        try (Arena arena = Arena.ofShared()) {
            mapping = Libc.mmap(arena, PAGE_SIZE, PROT_READ() | PROT_WRITE(), MAP_SHARED(), fd, 0);
            Libc.close(fd);
            mapping.set(ValueLayout.JAVA_BYTE, PAGE_SIZE - 1, (byte) 7);

            assertTrue(isMapped(file));
            assertEquals(PAGE_SIZE, mapping.byteSize());
        }

        assertFalse(isMapped(file));
        assertThrows(IllegalStateException.class, () -> mapping.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(7, Files.readAllBytes(file)[PAGE_SIZE - 1]);
    }

    @Test
    void shouldLeaveNothingMappedWhenTheArenaIsClosedAlready() throws Exception {
        Path file = Files.write(folder.resolve("mapped"), new byte[PAGE_SIZE]);
        int fd = Libc.open(file.toString(), O_RDONLY());
        Arena closed = Arena.ofShared();
        closed.close();

        assertThrows(IllegalStateException.class, () -> Libc.mmap(closed, PAGE_SIZE, PROT_READ(), MAP_SHARED(), fd, 0));

        assertFalse(isMapped(file));
        Libc.close(fd);
    }

    @Test
    void shouldThrowWhenMemoryCannotBeMapped() {
        try (Arena arena = Arena.ofConfined()) {
            assertFails(
                    "mmap", EINVAL(), () -> Libc.mmap(arena, 0, PROT_READ(), MAP_PRIVATE() | MAP_ANONYMOUS(), -1, 0));
        }
    }

    @Test
    void shouldReadAndWriteDescriptors() {
        int counter = Libc.eventfd(3, EFD_NONBLOCK());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_LONG, 4);

            assertEquals(Long.BYTES, Libc.write(counter, count));
            assertEquals(Long.BYTES, Libc.read(counter, count));
            assertEquals(7, count.get(ValueLayout.JAVA_LONG, 0));
            assertFails("read", EAGAIN(), () -> Libc.read(counter, count));
        } finally {
            Libc.close(counter);
        }
    }

    @Test
    void shouldPassBytesThroughAPipe() {
        int[] ends = Libc.pipe2(O_CLOEXEC() | O_NONBLOCK());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom("bytes");

            assertEquals(2, ends.length);
            assertEquals(bytes.byteSize(), Libc.write(ends[1], bytes));
            bytes.fill((byte) 0);
            assertEquals(bytes.byteSize(), Libc.read(ends[0], bytes));
            assertEquals("bytes", bytes.getString(0));
            assertFails("read", EAGAIN(), () -> Libc.read(ends[0], bytes));
            assertFails("write", EBADF(), () -> Libc.write(ends[0], bytes));
        } finally {
            Libc.close(ends[0]);
            Libc.close(ends[1]);
        }
    }

    @Test
    void shouldPassTheVariadicArgumentOfFcntl() {
        int[] ends = Libc.pipe2(0);
        try {
            assertEquals(8 * PAGE_SIZE, Libc.fcntl(ends[1], F_SETPIPE_SZ(), 8 * PAGE_SIZE - 1));
            assertEquals(8 * PAGE_SIZE, Libc.fcntl(ends[0], F_GETPIPE_SZ(), 0));

            assertEquals(0, Libc.fcntl(ends[0], F_GETFL(), 0) & O_NONBLOCK());
            Libc.fcntl(ends[0], F_SETFL(), O_NONBLOCK());
            assertEquals(O_NONBLOCK(), Libc.fcntl(ends[0], F_GETFL(), 0) & O_NONBLOCK());
        } finally {
            Libc.close(ends[0]);
            Libc.close(ends[1]);
        }
    }

    @Test
    void shouldKnowTheUserThatTheProcessActsAs() throws Exception {
        String uids = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Uid:"))
                .findFirst()
                .orElseThrow();

        assertEquals(uids.split("\t")[2], Integer.toUnsignedString(Libc.geteuid()));
    }

    @Test
    void shouldFindInterfacesByNameAndIndex() {
        int index = Libc.ifNameToIndex("lo");

        assertEquals("lo", Libc.ifIndexToName(index));
        assertFails("if_nametoindex none0", ENODEV(), () -> Libc.ifNameToIndex("none0"));
        assertFails(
                "if_nametoindex a-name-that-is-too-long",
                ENODEV(),
                () -> Libc.ifNameToIndex("a-name-that-is-too-long"));
        assertFails("if_nametoindex " + "a".repeat(128), ENODEV(), () -> Libc.ifNameToIndex("a".repeat(128)));
        assertFails("if_indextoname 2147483647", ENXIO(), () -> Libc.ifIndexToName(Integer.MAX_VALUE));
    }

    @Test
    void shouldPassTheVariadicArgumentOfIoctl() {
        withSocket(socket -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment request = arena.allocate(ifreq.layout());
                request.setString(0, "lo");

                assertEquals(0, Libc.ioctl(socket, SIOCGIFFLAGS(), request));
                assertEquals(IFF_LOOPBACK(), ifreq.ifr_ifru.ifru_flags(ifreq.ifr_ifru(request)) & IFF_LOOPBACK());

                request.setString(0, "none0");
                assertFails("ioctl", ENODEV(), () -> Libc.ioctl(socket, SIOCGIFFLAGS(), request));
            }
        });
    }

    @Test
    void shouldPinTheCallingThreadAlone() throws Exception {
        String allowedBefore = allowedCpus(Libc.gettid());
        int cpu = Integer.parseInt(allowedBefore.split("[-,]")[0]);

        String pinned = inThread(() -> {
            Libc.pinCurrentThread(cpu);
            return allowedCpus(Libc.gettid());
        });

        assertEquals(Integer.toString(cpu), pinned);
        assertEquals(allowedBefore, allowedCpus(Libc.gettid()));
        assertFails("sched_setaffinity to CPU 1000000", EINVAL(), () -> Libc.pinCurrentThread(1_000_000));
        assertFails("sched_setaffinity to CPU -1", EINVAL(), () -> Libc.pinCurrentThread(-1));
    }

    @Test
    @RootOnly
    void shouldMoveTheCallingThreadAloneBetweenNetworkNamespaces() throws Exception {
        int home = Libc.open("/proc/thread-self/ns/net", O_RDONLY());
        String homeNamespace = networkNamespace();

        String inside = inThread(() -> {
            Libc.unshare(CLONE_NEWNET());
            String namespace = networkNamespace();
            Libc.setns(home, CLONE_NEWNET());
            assertEquals(homeNamespace, networkNamespace());
            return namespace;
        });

        assertFalse(inside.equals(homeNamespace), inside);
        assertEquals(homeNamespace, networkNamespace());
        Libc.close(home);
    }

    static void assertFails(String call, int errno, Executable executable) {
        SystemCallException failure = assertThrows(SystemCallException.class, executable);
        assertEquals(call + ": " + Errno.name(errno), failure.call() + ": " + failure.errnoName());
        assertEquals(errno, failure.errno());
    }

    private interface SocketUse {
        void with(int socket);
    }

    private static void withSocket(SocketUse use) {
        int socket = Libc.socket(AF_INET(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
        try {
            use.with(socket);
        } finally {
            Libc.close(socket);
        }
    }

    private static <T> T inThread(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future);
        return future.get();
    }

    private static boolean isMapped(Path file) throws Exception {
        return Files.readString(Path.of("/proc/self/maps")).contains(file.toString());
    }

    private static String networkNamespace() throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }

    private static String allowedCpus(int tid) throws Exception {
        return Files.readAllLines(Path.of("/proc/self/task/" + tid + "/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }
}
