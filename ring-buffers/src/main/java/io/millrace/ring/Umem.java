package io.millrace.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory that frames live in: frames of equal size, back to back, shared with the kernel. Immutable, for any
 * thread; the place that a frame is in decides who may access it.
 *
 * <p>An <em>address</em> is an offset in bytes from the start of the memory, as in the kernel's descriptors, and may
 * point anywhere inside a frame; a <em>frame address</em> is that of a frame's first byte; a frame's <em>index</em>
 * counts frames from 0.
 *
 * <p>The memory belongs to an arena. Close it only when the socket that the UMEM is registered with is closed: the
 * kernel writes to frames that it holds. Closing frees the memory, but its addresses stay mapped and read as zeroes, as
 * do 2 MiB in front and behind, so that a raw access to what was once a frame never ends the JVM.
 */
public final class Umem {
    private static final int SMALLEST_FRAME = 2048;
    private static final int LARGEST_FRAME = 4096;
    private static final int LARGEST_BUFFER = 1 << 20;
    /** The kernel requires that a UMEM starts on a page boundary, {@code net/xdp/xdp_umem.c}. */
    private static final int PAGE = 4096;

    private final MemorySegment memory;
    private final long lengthBytes;
    private final int frameSize;
    private final long frameMask;
    private final int frameShift;
    private final int frameCount;
    private final boolean hugePages;
    /** The layout of unaligned frames; null if frames are aligned. */
    private final UnalignedFrames unaligned;

    private Umem(MemorySegment memory, int frameSize, boolean hugePages) {
        this.memory = memory;
        this.lengthBytes = memory.byteSize();
        this.frameSize = frameSize;
        this.frameMask = -frameSize;
        this.frameShift = Integer.numberOfTrailingZeros(frameSize);
        this.frameCount = Math.toIntExact(lengthBytes >> frameShift);
        this.hugePages = hugePages;
        this.unaligned = null;
    }

    private Umem(MemorySegment memory, UnalignedFrames unaligned, int frameCount) {
        this.memory = memory;
        this.lengthBytes = memory.byteSize();
        this.frameSize = unaligned.frameSize();
        this.frameMask = 0;
        this.frameShift = 0;
        this.frameCount = frameCount;
        this.hugePages = true;
        this.unaligned = unaligned;
    }

    /**
     * Maps memory for {@code frameCount} frames, all of it present, so that no page fault comes later.
     *
     * @param arena     frees the memory when it is closed
     * @param frameSize 2048 or 4096 bytes
     * @throws IllegalArgumentException when the count is not positive or the size is another
     * @throws UmemMappingException     when the host does not give the memory, or not in huge pages though they are
     *                                  {@link HugePages#ON}
     */
    public static Umem map(Arena arena, int frameCount, int frameSize, HugePages hugePages) {
        final UmemMapping mapping = UmemMapping.map(arena, lengthBytes(frameCount, frameSize), hugePages);
        return new Umem(mapping.memory(), frameSize, mapping.hugePages());
    }

    /**
     * Maps memory for the frames of sockets, which io_uring receives into, like {@link #map}; frames may be larger.
     *
     * @param frameSize a power of two, 2 KiB to 1 MiB
     * @throws IllegalArgumentException when the count is not positive or the size is another
     * @throws UmemMappingException     when the host does not give the memory
     */
    public static Umem mapBuffers(Arena arena, int frameCount, int frameSize, HugePages hugePages) {
        if (frameSize < SMALLEST_FRAME || frameSize > LARGEST_BUFFER || Integer.bitCount(frameSize) != 1) {
            throw new IllegalArgumentException("frame size " + frameSize + " is not supported; use a power of two, "
                    + SMALLEST_FRAME + " to " + LARGEST_BUFFER);
        }
        if (frameCount <= 0) {
            throw new IllegalArgumentException("frame count " + frameCount + " is not positive; use at least 1");
        }
        final UmemMapping mapping = UmemMapping.map(arena, (long) frameCount * frameSize, hugePages);
        return new Umem(mapping.memory(), frameSize, mapping.hugePages());
    }

    /**
     * Maps memory for frames that need not be aligned ({@code XDP_UMEM_UNALIGNED_CHUNK_FLAG}): of any size, and always
     * in huge pages, because a frame may cross pages of 4 KiB only where these lie side by side.
     *
     * @param arena     frees the memory when it is closed
     * @param frameSize 2048 to 4096 bytes
     * @throws IllegalArgumentException when the count is not positive or the size is another
     * @throws UmemMappingException     when the host does not give the memory in huge pages
     */
    public static Umem mapUnaligned(Arena arena, int frameCount, int frameSize) {
        final UnalignedFrames frames = unalignedFrames(frameCount, frameSize);
        final UmemMapping mapping =
                UmemMapping.map(arena, frames.lengthBytes(frameCount), HugePages.ON, "chunks = aligned");
        return new Umem(mapping.memory(), frames, frameCount);
    }

    /**
     * A UMEM of unaligned frames over memory that no kernel will see, for a simulated one.
     *
     * @param memory as long as whole huge pages that hold the frames
     */
    public static Umem overUnaligned(MemorySegment memory, int frameCount, int frameSize) {
        return new Umem(memory, unalignedFrames(frameCount, frameSize), frameCount);
    }

    private static UnalignedFrames unalignedFrames(int frameCount, int frameSize) {
        if (frameSize < SMALLEST_FRAME || frameSize > LARGEST_FRAME) {
            throw new IllegalArgumentException(
                    "frame size " + frameSize + " is not supported; use " + SMALLEST_FRAME + " to " + LARGEST_FRAME);
        }
        if (frameCount <= 0) {
            throw new IllegalArgumentException("frame count " + frameCount + " is not positive; use at least 1");
        }
        return UnalignedFrames.of(frameSize);
    }

    /**
     * A UMEM over memory that someone else has mapped.
     *
     * @param memory    native, writable, page-aligned, a whole number of frames long
     * @param frameSize 2048 or 4096 bytes
     * @throws IllegalArgumentException when the memory or the size does not suit
     */
    public static Umem over(MemorySegment memory, int frameSize) {
        final long frames = memory.byteSize() / checkedFrameSize(frameSize);
        if (!memory.isNative() || memory.isReadOnly() || memory.address() % PAGE != 0) {
            throw new IllegalArgumentException("a UMEM needs writable native memory aligned to " + PAGE + " bytes, not "
                    + memory + "; allocate it with this alignment");
        }
        if (frames == 0 || frames > Integer.MAX_VALUE || frames * frameSize != memory.byteSize()) {
            throw new IllegalArgumentException("UMEM memory of " + memory.byteSize()
                    + " bytes is not a whole number of frames of " + frameSize + " bytes; use a multiple");
        }
        return new Umem(memory, frameSize, false);
    }

    /** All frames. Accesses throw {@link IllegalStateException} once the arena is closed. */
    public MemorySegment memory() {
        return memory;
    }

    /** Where the memory starts in this process; address 0 in the kernel's descriptors. */
    public long baseAddress() {
        return memory.address();
    }

    public long lengthBytes() {
        return lengthBytes;
    }

    public int frameCount() {
        return frameCount;
    }

    /** The size of a frame in bytes: a power of two, 2048 or 4096, or more for sockets, unless frames are unaligned. */
    public int frameSize() {
        return frameSize;
    }

    /** Returns whether frames may begin at any address, which the kernel has to be told. */
    public boolean unaligned() {
        return unaligned != null;
    }

    /** The first byte of a frame. */
    public long addressOf(int frameIndex) {
        return unaligned == null ? (long) frameIndex << frameShift : unaligned.address(frameIndex);
    }

    /**
     * Returns whether the memory consists of huge pages; false for {@linkplain #over memory that someone else has
     * mapped}.
     */
    public boolean hugePages() {
        return hugePages;
    }

    /**
     * The first byte of the frame that a descriptor's address lies in: what goes back to the fill ring or the pool. The
     * only place that knows how addresses map to frames.
     */
    public long frameAddress(long address) {
        return unaligned == null ? address & frameMask : unaligned.frameAddress(address);
    }

    /** The index of the frame that an address is in; the address is not checked. */
    public int frameIndex(long address) {
        return unaligned == null ? (int) (address >>> frameShift) : unaligned.index(address);
    }

    /** Returns whether an address lies in a frame of this UMEM. */
    public boolean contains(long address) {
        return address >= 0
                && address < lengthBytes
                && (unaligned == null || unaligned.contains(address) && unaligned.index(address) < frameCount);
    }

    private static long lengthBytes(int frameCount, int frameSize) {
        if (frameCount <= 0) {
            throw new IllegalArgumentException("frame count " + frameCount + " is not positive; use at least 1");
        }
        return (long) frameCount * checkedFrameSize(frameSize);
    }

    private static int checkedFrameSize(int frameSize) {
        if (frameSize != SMALLEST_FRAME && frameSize != LARGEST_FRAME) {
            throw new IllegalArgumentException(
                    "frame size " + frameSize + " is not supported; use " + SMALLEST_FRAME + " or " + LARGEST_FRAME);
        }
        return frameSize;
    }
}
