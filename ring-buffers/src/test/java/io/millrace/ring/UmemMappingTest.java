package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel says of the mapping, in /proc/self; huge pages as the host has them, in both cases. */
@Alone
final class UmemMappingTest {
    private static final Path RESERVE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
    private static final Path RESERVED = RESERVE.resolve("nr_hugepages");
    private static final int FRAMES_PER_HUGE_PAGE = 512;
    private static final int MANY_PAGES = 64;
    private static final int PAGE = 4096;

    @Test
    void shouldHaveEveryPageInMemoryBeforeItIsTouched() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final Umem umem = Umem.map(arena, 1024, 4096, HugePages.OFF);
            assertEquals(1024, presentPages(umem));
            assertFalse(umem.hugePages());
        }
    }

    /** The kernel would give the addresses, and end some process when the pages are made. */
    @Test
    void shouldRefuseMoreThanThereIs() {
        try (Arena arena = Arena.ofConfined()) {
            final var thrown =
                    assertThrows(UmemMappingException.class, () -> Umem.map(arena, 1 << 29, 4096, HugePages.OFF));
            assertTrue(
                    thrown.getMessage()
                            .matches("a UMEM takes 2199023255552 bytes of memory, and (this host|the memory"
                                    + " limit of control group /.*) leaves \\d+; .*, or use fewer frames"),
                    thrown.getMessage());
        }
    }

    @Test
    void shouldSayHowToReserveHugePagesWhenTheyAreOnAndTooFew() throws IOException {
        final int frames = moreFramesThanHugePages();
        try (Arena arena = Arena.ofConfined()) {
            final var thrown =
                    assertThrows(UmemMappingException.class, () -> Umem.map(arena, frames, 4096, HugePages.ON));
            assertTrue(
                    thrown.getMessage()
                            .matches("the UMEM needs \\d+ huge pages of 2 MiB and \\d+ are free "
                                    + "\\(mmap: ENOMEM \\(Cannot allocate memory\\)\\); reserve them with:"
                                    + " echo \\d+ > "
                                    + "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages, or set"
                                    + " huge-pages = auto"),
                    thrown.getMessage());
        }
    }

    @Test
    void shouldLogAndTakeNormalPagesWhenHugePagesAreAutomaticAndTooFew() throws IOException {
        final int frames = moreFramesThanHugePages();
        final PrintStream before = System.err;
        final ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            final Umem umem = Umem.map(arena, frames, 4096, HugePages.AUTO);
            assertFalse(umem.hugePages());
            assertEquals(4, smapsKiB(umem, "KernelPageSize:"));
        } finally {
            System.setErr(before);
        }
        assertTrue(log.toString(StandardCharsets.UTF_8).contains("/nr_hugepages; going on with normal pages"));
    }

    @Test
    @RootOnly
    void shouldTakeHugePagesWhenTheHostHasThem() throws IOException {
        final String before = Files.readString(RESERVED);
        try (Arena arena = Arena.ofConfined()) {
            Files.writeString(RESERVED, Long.toString(Long.parseLong(before.strip()) + 2));
            assertTrue(freeHugePages() >= 2, "the host gives no huge pages");
            final int frames = FRAMES_PER_HUGE_PAGE + 1;
            for (final HugePages wanted : List.of(HugePages.AUTO, HugePages.ON)) {
                try (Arena own = Arena.ofConfined()) {
                    final Umem umem = Umem.map(own, frames, 4096, wanted);
                    assertTrue(umem.hugePages());
                    assertEquals(frames, umem.frameCount());
                    assertEquals(2048, smapsKiB(umem, "KernelPageSize:"));
                    assertEquals(4096, smapsKiB(umem, "Private_Hugetlb:"));
                }
            }
            assertEquals(4, smapsKiB(Umem.map(arena, 512, 4096, HugePages.OFF), "KernelPageSize:"));
        } finally {
            Files.writeString(RESERVED, before);
        }
    }

    private static int moreFramesThanHugePages() throws IOException {
        final int free = freeHugePages();
        assumeTrue(free < MANY_PAGES, "the host has huge pages for everybody");
        return (free + 1) * FRAMES_PER_HUGE_PAGE;
    }

    private static int freeHugePages() throws IOException {
        final Path free = RESERVE.resolve("free_hugepages");
        return Files.exists(free) ? Integer.parseInt(Files.readString(free).strip()) : 0;
    }

    /** From /proc/self/pagemap, which has 8 bytes for each page; the topmost bit says that it is in memory. */
    private static int presentPages(Umem umem) throws IOException {
        final ByteBuffer entries = ByteBuffer.allocate(Math.toIntExact(umem.lengthBytes() / PAGE * Long.BYTES))
                .order(ByteOrder.nativeOrder());
        try (FileChannel pagemap = FileChannel.open(Path.of("/proc/self/pagemap"))) {
            assertEquals(entries.capacity(), pagemap.read(entries, umem.baseAddress() / PAGE * Long.BYTES));
        }
        int present = 0;
        for (int i = 0; i < entries.capacity(); i += Long.BYTES) {
            present += (int) (entries.getLong(i) >>> 63);
        }
        return present;
    }

    /** The value that smaps gives for the mapping which starts where the UMEM does. */
    private static long smapsKiB(Umem umem, String key) throws IOException {
        boolean inMapping = false;
        for (final String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (Character.isLowerCase(line.charAt(0)) || Character.isDigit(line.charAt(0))) {
                inMapping = holds(line, umem.baseAddress());
            } else if (inMapping && line.startsWith(key)) {
                return Long.parseLong(line.substring(key.length(), line.length() - "kB".length())
                        .strip());
            }
        }
        throw new AssertionError("no " + key + " in smaps for address " + Long.toHexString(umem.baseAddress()));
    }

    private static boolean holds(String mapping, long address) {
        final String[] range = mapping.split(" ", 2)[0].split("-");
        return Long.parseUnsignedLong(range[0], 16) <= address && address < Long.parseUnsignedLong(range[1], 16);
    }
}
