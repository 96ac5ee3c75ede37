package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What stays mapped where frames were. The test reads /proc/self/maps first, since a raw access to a hole ends the JVM.
 */
final class FrameSpaceTest {
    private static final long PAGE = 4096;

    @Test
    void shouldLeaveZeroesWhereFramesWereAndAroundThem() throws IOException {
        final long base;
        final long length;
        try (Arena arena = Arena.ofConfined()) {
            final Umem umem = Umem.map(arena, 64, 2048, HugePages.OFF);
            base = umem.baseAddress();
            length = umem.lengthBytes();
            umem.memory().fill((byte) 7);
            assertEquals(length / PAGE, presentPages(base, length));
            assertReadsAsZero(base - FrameSpace.GUARD);
            assertReadsAsZero(base + FrameSpace.GUARD + length);
        }
        assertEquals(0, presentPages(base, length), "the memory is free");
        for (final long address : new long[] {base, base + length - PAGE, base - PAGE, base + length}) {
            assertReadsAsZero(address);
        }
        final MemorySegment stale = at(base);
        stale.set(ValueLayout.JAVA_LONG, 0, 42);
        assertEquals(42, stale.get(ValueLayout.JAVA_LONG, 0), "a late write harms nobody");
    }

    @Test
    void shouldTakeOtherAddressesForTheNextUmem() {
        final long first = mapAndFree();
        assertNotEquals(first, mapAndFree());
    }

    @Test
    void shouldCostNeitherMemoryNorMappingsHoweverManyUmemsThereWere() throws IOException {
        mapAndFree();
        final long mappings = mappings();
        final long freed = FrameSpace.PROCESS.freedBytes();
        for (int i = 0; i < 1_000; i++) {
            final long base = mapAndFree();
            if (i % 100 == 0) {
                assertEquals(0, presentPages(base, 64 * 2048));
            }
        }
        assertTrue(FrameSpace.PROCESS.freedBytes() > freed);
        assertTrue(mappings() <= mappings + 100, () -> "mappings before: " + mappings);
    }

    /** A program that fears page faults locks all memory that it will ever map. */
    @Test
    @RootOnly
    void shouldCostNoMemoryInAProcessThatLocksItsMemory() throws Throwable {
        final int future = 2;
        assertEquals(0, (int) memoryLock("mlockall", ValueLayout.JAVA_INT).invokeExact(future));
        final long base;
        try {
            base = mapAndFree();
            assertEquals(0, presentPages(base - FrameSpace.GUARD, 2 * FrameSpace.GUARD + 64 * 2048));
        } finally {
            assertEquals(0, (int) memoryLock("munlockall").invokeExact());
        }
        assertReadsAsZero(base);
    }

    private static MethodHandle memoryLock(String function, MemoryLayout... arguments) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    @Test
    void shouldUseTheOldestAddressesAgainWhenThereAreTooMany() {
        final FrameSpace space = new FrameSpace(3 * FrameSpace.GUARD);
        final long first = fillAndFree(space, PAGE, 1);
        final long second = fillAndFree(space, PAGE, 2);
        assertEquals(first, fillAndFree(space, PAGE, 3));
        assertEquals(second, fillAndFree(space, PAGE, 4));
        final long larger = fillAndFree(space, 64L << 20, 5);
        assertNotEquals(first, larger, "too small for it");
        assertEquals(first, fillAndFree(space, PAGE, 6));
    }

    @Test
    void shouldForgetAPlaceThatCouldNotBeFilled() {
        final long freed = FrameSpace.PROCESS.freedBytes();
        final Arena closed = Arena.ofConfined();
        closed.close();
        assertThrows(IllegalStateException.class, () -> Umem.map(closed, 64, 2048, HugePages.OFF));
        assertEquals(freed, FrameSpace.PROCESS.freedBytes());
    }

    @Test
    void shouldLeaveNoHoleWhereThereAreNotEnoughHugePages() throws IOException {
        final long length = 1L << 40;
        final FrameSpace.Place place = new FrameSpace(0).reserve(length);
        try (Arena arena = Arena.ofConfined()) {
            assertThrows(
                    SystemCallException.class,
                    () -> place.fill(arena, length, libc_h.MAP_HUGETLB() | libc_h.MAP_HUGE_2MB()));
            final long base = place.fill(arena, PAGE, 0).address();
            assertReadsAsZero(base);
            assertReadsAsZero(base + PAGE);
            assertReadsAsZero(base + length / 2);
            assertReadsAsZero(base + length - PAGE);
        }
    }

    private static long mapAndFree() {
        try (Arena arena = Arena.ofConfined()) {
            return Umem.map(arena, 64, 2048, HugePages.OFF).baseAddress();
        }
    }

    private static long fillAndFree(FrameSpace space, long lengthBytes, int value) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment frames = space.reserve(lengthBytes).fill(arena, lengthBytes, 0);
            assertEquals(0, frames.get(ValueLayout.JAVA_INT, 0), "nothing is left of who was there before");
            frames.set(ValueLayout.JAVA_INT, 0, value);
            return frames.address();
        }
    }

    private static MemorySegment at(long address) {
        return MemorySegment.ofAddress(address).reinterpret(PAGE);
    }

    private static void assertReadsAsZero(long address) throws IOException {
        assertEquals("rw-p", protection(address));
        assertEquals(-1, at(address).mismatch(MemorySegment.ofArray(new byte[(int) PAGE])));
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).size();
    }

    private static String protection(long address) throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            final String[] words = line.split("-| ", 3);
            if (Long.compareUnsigned(Long.parseUnsignedLong(words[0], 16), address) <= 0
                    && Long.compareUnsigned(address, Long.parseUnsignedLong(words[1], 16)) < 0) {
                return words[2].substring(0, 4);
            }
        }
        throw new AssertionError("nothing is mapped at " + Long.toHexString(address));
    }

    /** From /proc/self/pagemap, which has 8 bytes for each page; the topmost bit says that it is in memory. */
    private static int presentPages(long address, long lengthBytes) throws IOException {
        final ByteBuffer entries =
                ByteBuffer.allocate((int) (lengthBytes / PAGE * Long.BYTES)).order(ByteOrder.nativeOrder());
        try (FileChannel pagemap = FileChannel.open(Path.of("/proc/self/pagemap"))) {
            assertEquals(entries.capacity(), pagemap.read(entries, address / PAGE * Long.BYTES));
        }
        int present = 0;
        for (int i = 0; i < entries.capacity(); i += Long.BYTES) {
            present += (int) (entries.getLong(i) >>> 63);
        }
        return present;
    }
}
