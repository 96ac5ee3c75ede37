package io.millrace.ring;

import static io.millrace.bindings.libc.libc_h.MAP_HUGETLB;
import static io.millrace.bindings.libc.libc_h.MAP_HUGE_2MB;

import io.millrace.bindings.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps the memory of a UMEM, present from the start. Cold.
 *
 * <p>Huge pages are those of 2 MiB, whatever the host's default is: the kernel may refuse a UMEM of 1 GiB pages, for
 * which it makes one contiguous table with an entry for each 4 KiB.
 *
 * @param memory    the memory, as long as asked for; the mapping may be longer
 * @param hugePages whether it consists of huge pages
 */
record UmemMapping(MemorySegment memory, boolean hugePages) {
    static final long HUGE_PAGE = 2L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(UmemMapping.class);
    private static final Path RESERVE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");

    static UmemMapping map(Arena arena, long lengthBytes, HugePages hugePages) {
        return map(arena, lengthBytes, hugePages, "huge-pages = auto");
    }

    /** @param wayOut the setting that avoids huge pages, for the error message if there are none */
    static UmemMapping map(Arena arena, long lengthBytes, HugePages hugePages, String wayOut) {
        final FrameSpace.Place place = reserve(lengthBytes);
        try {
            return map(place, arena, lengthBytes, hugePages, wayOut);
        } catch (final RuntimeException refused) {
            // there is no memory, or the arena is closed or belongs to another thread
            place.abandon();
            throw refused;
        }
    }

    private static FrameSpace.Place reserve(long lengthBytes) {
        try {
            return FrameSpace.PROCESS.reserve(lengthBytes);
        } catch (final SystemCallException refused) {
            throw noMemory(lengthBytes, refused);
        }
    }

    private static UmemMapping map(
            FrameSpace.Place place, Arena arena, long lengthBytes, HugePages hugePages, String wayOut) {
        if (hugePages == HugePages.OFF) {
            return ofNormalPages(place, arena, lengthBytes);
        }
        try {
            return new UmemMapping(place.fill(arena, lengthBytes, MAP_HUGETLB() | MAP_HUGE_2MB()), true);
        } catch (final SystemCallException refused) {
            final String reason = place.isSpoilt()
                    ? "huge pages can be had and not be moved to where frames are (" + refused.getMessage()
                            + "); take Linux 5.16 or newer"
                    : reason(lengthBytes, refused);
            if (hugePages == HugePages.ON) {
                throw new UmemMappingException(reason + ", or set " + wayOut, refused);
            }
            LOG.info("{}; going on with normal pages", reason);
            return ofNormalPages(place.isSpoilt() ? reserve(lengthBytes) : place, arena, lengthBytes);
        }
    }

    private static UmemMapping ofNormalPages(FrameSpace.Place place, Arena arena, long lengthBytes) {
        final MemoryRoom room = MemoryRoom.ofThisProcess();
        if (lengthBytes > room.freeBytes()) {
            throw new UmemMappingException(
                    "a UMEM takes " + lengthBytes + " bytes of memory, and " + room.limit() + " leaves "
                            + room.freeBytes() + "; " + room.wayOut() + ", or use fewer frames",
                    null);
        }
        try {
            return new UmemMapping(place.fill(arena, lengthBytes, 0), false);
        } catch (final SystemCallException refused) {
            throw noMemory(lengthBytes, refused);
        }
    }

    private static UmemMappingException noMemory(long lengthBytes, SystemCallException refused) {
        return new UmemMappingException(
                "no memory for a UMEM of " + lengthBytes + " bytes, " + refused.getMessage() + "; use fewer frames",
                refused);
    }

    private static String reason(long lengthBytes, SystemCallException refused) {
        final long needed = pages(lengthBytes);
        if (!Files.isDirectory(RESERVE)) {
            return "this kernel has no huge pages of 2 MiB; use one that has";
        }
        final long unused = reserve("free_hugepages") - reserve("resv_hugepages");
        return "the UMEM needs " + needed + " huge pages of 2 MiB and " + unused + " are free (" + refused.getMessage()
                + "); reserve them with: echo " + (reserve("nr_hugepages") + needed - unused) + " > " + RESERVE
                + "/nr_hugepages";
    }

    private static long pages(long lengthBytes) {
        return Math.ceilDiv(lengthBytes, HUGE_PAGE);
    }

    private static long reserve(String file) {
        try {
            return Long.parseLong(Files.readString(RESERVE.resolve(file)).strip());
        } catch (final IOException | NumberFormatException unreadable) {
            return 0;
        }
    }
}
