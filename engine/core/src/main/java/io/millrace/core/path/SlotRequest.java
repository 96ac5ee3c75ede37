package io.millrace.core.path;

import io.millrace.spi.TransmitRequest;

/**
 * The details of what a stage asks for a frame on its way out. The {@link FrameSlot} itself only has the bits that say
 * what is asked, so that it fits into one cache line. If the engine has a port with {@code tx-metadata}, each slot has
 * one request object for all its life. The thread that writes the slot also writes the request.
 */
public final class SlotRequest implements TransmitRequest {
    private static final int CHECKSUM_LENGTH = 2;
    /** The kernel has 16 bits for the offset. */
    private static final int LAST_CHECKSUM_START = 0xffff;

    /** What the engine's ports have in their {@code tx-metadata}. A stage can't ask for what no port has. */
    final int askable;

    long cookie;
    long launchNs;
    /** Where the bytes that the checksum covers begin, in bytes from the start of the frame. */
    int checksumStart;
    /** Where the checksum is written, in bytes from {@link #checksumStart}. */
    int checksumOffset;

    SlotRequest(int askable) {
        this.askable = askable;
    }

    /**
     * Notes that a stage asks for something.
     *
     * @param what       one of the bits of {@link io.millrace.spi.TransmitRequest}
     * @param concurrent whether other stages may do the same at the same time
     * @return the object that takes the details
     */
    static SlotRequest ask(FrameSlot frame, int what, boolean concurrent) {
        SlotRequest request = frame.request();
        if (request == null || (request.askable & what) == 0) {
            String word = what == STAMP ? "timestamp" : what == CHECKSUM ? "checksum" : "launch-time";
            throw new IllegalStateException("no port has " + word + " in its tx-metadata; set tx-metadata = [" + word
                    + "] for the port that the frame leaves by");
        }
        if (concurrent) {
            throw new IllegalStateException(
                    "stages that run in parallel see the same frame; ask in a stage before or" + " after them");
        }
        frame.ask(what);
        return request;
    }

    /** Checks the place that a stage gives for a checksum. */
    static void requirePlace(int start, int offset, int length) {
        if (start < 0
                || start > LAST_CHECKSUM_START
                || offset < 0
                || (long) start + offset + CHECKSUM_LENGTH > length) {
            throw new IllegalArgumentException("a checksum over bytes from " + start + " on, written " + offset
                    + " behind, is not inside the frame of " + length + " bytes, or too far in it");
        }
    }

    void copyFrom(SlotRequest other) {
        cookie = other.cookie;
        launchNs = other.launchNs;
        checksumStart = other.checksumStart;
        checksumOffset = other.checksumOffset;
    }

    @Override
    public long cookie() {
        return cookie;
    }

    @Override
    public long launchNs() {
        return launchNs;
    }

    @Override
    public int checksumStart() {
        return checksumStart;
    }

    @Override
    public int checksumOffset() {
        return checksumOffset;
    }

    /**
     * Returns whether the checksum's place is within the frame. Later stages may have cut bytes off, and the kernel
     * stops sending at a frame where the place is outside ({@code xsk_skb_metadata}, {@code net/xdp/xsk.c}).
     *
     * @param length the length of the frame, or of its first segment
     */
    boolean checksumFits(int length) {
        return checksumStart >= 0 && checksumStart + checksumOffset + CHECKSUM_LENGTH <= length;
    }
}
