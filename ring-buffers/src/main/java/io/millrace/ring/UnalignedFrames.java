package io.millrace.ring;

/**
 * The layout of unaligned frames in huge pages: back to back from the start of each page. No frame crosses the end of a
 * page, because the next page may be anywhere in memory; the rest at a page's end stays unused.
 *
 * <pre>
 *   0        size      2·size                   2 MiB
 *   +---------+---------+-- … --+---------+------+---------+--
 *   | frame 0 | frame 1 |       | frame n |unused| frame   |
 *   +---------+---------+-- … --+---------+------+---------+--
 * </pre>
 *
 * @param frameSize     the size of a frame in bytes
 * @param framesPerPage the number of frames in a huge page
 * @param reciprocal    2<sup>40</sup> / size, rounded up: a multiplication replaces a division for each frame that
 *                      comes back. It is exact for offsets below 2<sup>21</sup> and sizes up to 2<sup>12</sup>
 */
record UnalignedFrames(int frameSize, int framesPerPage, long reciprocal) {
    private static final int RECIPROCAL_SHIFT = 40;
    private static final long PAGE_MASK = -UmemMapping.HUGE_PAGE;
    private static final int PAGE_SHIFT = Long.numberOfTrailingZeros(UmemMapping.HUGE_PAGE);

    static UnalignedFrames of(int frameSize) {
        return new UnalignedFrames(
                frameSize, (int) (UmemMapping.HUGE_PAGE / frameSize), (1L << RECIPROCAL_SHIFT) / frameSize + 1);
    }

    /** Returns the length in bytes of the whole huge pages for a number of frames. */
    long lengthBytes(int frameCount) {
        return Math.ceilDiv((long) frameCount, framesPerPage) * UmemMapping.HUGE_PAGE;
    }

    long address(int index) {
        return (long) (index / framesPerPage) * UmemMapping.HUGE_PAGE + (long) (index % framesPerPage) * frameSize;
    }

    /** The first byte of the frame that an address lies in. */
    long frameAddress(long address) {
        final long page = address & PAGE_MASK;
        return page + (long) indexInPage(address - page) * frameSize;
    }

    int index(long address) {
        final long page = address & PAGE_MASK;
        return (int) (page >>> PAGE_SHIFT) * framesPerPage + indexInPage(address - page);
    }

    /** Returns whether an address is not in the unused end of a page. */
    boolean contains(long address) {
        return indexInPage(address & ~PAGE_MASK) < framesPerPage;
    }

    private int indexInPage(long offset) {
        return (int) (offset * reciprocal >>> RECIPROCAL_SHIFT);
    }
}
