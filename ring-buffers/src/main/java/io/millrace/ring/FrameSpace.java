package io.millrace.ring;

import static io.millrace.bindings.libc.libc_h.MAP_FIXED;
import static io.millrace.bindings.libc.libc_h.MAP_NORESERVE;
import static io.millrace.bindings.libc.libc_h.MAP_POPULATE;
import static io.millrace.bindings.libc.libc_h.MAP_PRIVATE;
import static io.millrace.bindings.libc.libc_h.PROT_READ;
import static io.millrace.bindings.libc.libc_h.PROT_WRITE;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address space of frames in this process. An address that once was in a frame stays mapped for ever: when the
 * memory of a UMEM is freed, pages that read as zeroes replace it in one step.
 *
 * <p>The reason is that a frame's Agrona buffer reads memory by its address. A thread that keeps such a buffer against
 * the rules may already have passed the bounds check, which the JIT moves in front of a loop, when another thread
 * closes the engine. Reading an address that is no longer mapped would end the whole JVM; reading a zero does not. For
 * the same reason there are such pages before and after the frames: a thread that reads a buffer while it is moved may
 * see the address of one frame with the length of another.
 *
 * <pre>
 *   | zeroes, 2 MiB or more | frames, on a border of 2 MiB | zeroes, 2 MiB or more |
 * </pre>
 *
 * <p>That costs addresses and no memory: such pages are only made when someone touches them, and neighbouring ranges
 * are one mapping of the process. Freed addresses are not used for the next UMEM, because a thread that still has one
 * would then read or write another engine's frames. Only when more than {@link #MOST_FREED} bytes have been freed, or
 * the kernel gives no more addresses, those that were freed first are used again. Under strict overcommit ({@code
 * vm.overcommit_memory = 2}) addresses count as memory, so they are used again at once.
 *
 * <p>Any thread. Cold.
 */
final class FrameSpace {
    /** The most freed bytes of address space: 4,000 engines of 16 MiB, which is a small part of what a process has. */
    static final long MOST_FREED = 64L << 30;
    /** More than the length of any frame. */
    static final long GUARD = 2L << 20;

    private static final long BORDER = UmemMapping.HUGE_PAGE;

    private static final Logger LOG = LoggerFactory.getLogger(FrameSpace.class);
    private static final Path OVERCOMMIT = Path.of("/proc/sys/vm/overcommit_memory");

    /** The only instance, which all UMEMs of the process share. */
    static final FrameSpace PROCESS = new FrameSpace(isCommitStrict() ? 0 : MOST_FREED);

    /** @param isNew whether no UMEM has used the range yet */
    private record Range(long address, long lengthBytes, boolean isNew) {
        /** The address at which the frames begin. */
        long frames() {
            return Math.ceilDiv(address + GUARD, BORDER) * BORDER;
        }
    }

    private final long mostFreed;
    private final Deque<Range> freed = new ArrayDeque<>();
    private long freedBytes;

    FrameSpace(long mostFreed) {
        this.mostFreed = mostFreed;
    }

    /**
     * Reserves a range of addresses for frames, without memory yet.
     *
     * @throws SystemCallException if there are no addresses left
     */
    Place reserve(long lengthBytes) {
        final long whole = Math.ceilDiv(lengthBytes, BORDER) * BORDER;
        return new Place(range(whole + 2 * GUARD + BORDER), whole);
    }

    private synchronized Range range(long lengthBytes) {
        final Range old = freedBytes > mostFreed ? takeFreed(lengthBytes) : null;
        if (old != null) {
            return old;
        }
        try {
            return new Range(zeroes(0, lengthBytes, 0), lengthBytes, true);
        } catch (final SystemCallException refused) {
            final Range last = takeFreed(lengthBytes);
            if (last == null) {
                throw refused;
            }
            return last;
        }
    }

    /** Returns the range that was freed first among those that are long enough, or null. */
    private Range takeFreed(long lengthBytes) {
        for (final Iterator<Range> oldest = freed.iterator(); oldest.hasNext(); ) {
            final Range range = oldest.next();
            if (range.lengthBytes >= lengthBytes) {
                oldest.remove();
                freedBytes -= range.lengthBytes;
                return range;
            }
        }
        return null;
    }

    private synchronized void addFreed(Range range) {
        freed.add(range);
        freedBytes += range.lengthBytes;
    }

    /** The number of bytes of addresses that have been freed. */
    synchronized long freedBytes() {
        return freedBytes;
    }

    /** Maps pages that need no memory until they are touched, even after mlockall, and that may be written. */
    private static long zeroes(long address, long lengthBytes, int flags) {
        final long mapped = Libc.mapAnonymous(
                address, lengthBytes, PROT_READ() | PROT_WRITE(), MAP_PRIVATE() | MAP_NORESERVE() | flags);
        Libc.discard(mapped, lengthBytes);
        return mapped;
    }

    private static boolean isCommitStrict() {
        try {
            return Files.readString(OVERCOMMIT).strip().equals("2");
        } catch (final IOException unreadable) {
            return false;
        }
    }

    /** The range of addresses for the frames of one UMEM. */
    final class Place {
        private final Range range;
        private final long wholeBytes;
        private boolean hasHole;

        private Place(Range range, long wholeBytes) {
            this.range = range;
            this.wholeBytes = wholeBytes;
        }

        /**
         * Gives the range memory, all of it present. May be tried again with other flags. The memory is first mapped
         * elsewhere and then moved: if the kernel has no memory for a fixed address it leaves a hole there, and another
         * thread's stack may be in that hole a moment later.
         *
         * @param arena       frees the memory when it is closed
         * @param lengthBytes the length in bytes, not more than was reserved
         * @param flags       the flags of mmap for the kind of pages; huge pages are mapped whole
         * @throws SystemCallException if the host does not give it
         */
        MemorySegment fill(Arena arena, long lengthBytes, int flags) {
            final long mapped = flags == 0 ? lengthBytes : wholeBytes;
            final MemorySegment got = MemorySegment.ofAddress(
                    Libc.mapAnonymous(0, mapped, PROT_READ() | PROT_WRITE(), MAP_PRIVATE() | MAP_POPULATE() | flags));
            try {
                Libc.moveMapping(got, mapped, range.frames());
            } catch (final SystemCallException refused) {
                hasHole = true;
                Libc.munmap(got, mapped);
                throw refused;
            }
            return MemorySegment.ofAddress(range.frames()).reinterpret(lengthBytes, arena, memory -> free());
        }

        /**
         * Returns whether something else may be mapped here by now: before Linux 5.16 huge pages can't be moved, and
         * leave a hole.
         */
        boolean isSpoilt() {
            return hasHole;
        }

        /** Takes the memory away and leaves zeroes. */
        void free() {
            try {
                zeroes(range.frames(), wholeBytes, MAP_FIXED());
            } catch (final SystemCallException refused) { // more mappings than vm.max_map_count allows, for instance
                LOG.error(
                        "{} bytes of frames stay in memory until the process ends: {}; see vm.max_map_count",
                        wholeBytes,
                        refused.getMessage());
                return;
            }
            addFreed(new Range(range.address, range.lengthBytes, false));
        }

        /** Gives back the range, which nobody knows of because it could not be filled. */
        void abandon() {
            if (hasHole) {
                return;
            }
            if (range.isNew) {
                Libc.munmap(MemorySegment.ofAddress(range.address), range.lengthBytes);
            } else {
                free();
            }
        }
    }
}
