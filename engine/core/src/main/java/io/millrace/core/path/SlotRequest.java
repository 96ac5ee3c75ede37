package io.millrace.core.path;

import io.millrace.spi.TransmitRequest;

/**
 * What a stage asks for a frame on its way out, beside the {@link FrameSlot} that says which of it is asked: that keeps
 * slots at one cache line. A slot has the same one all its life, where the engine has a port with {@code tx-metadata}.
 * Whoever writes the slot writes this.
 */
public final class SlotRequest implements TransmitRequest {
    private static final int CHECKSUM_LENGTH = 2;
    /** The kernel has 16 bits for it. */
    private static final int LAST_CHECKSUM_START = 0xffff;

    /** What ports of the engine have in their {@code tx-metadata}: one that no port has can't be asked. */
    final int askable;

    long cookie;
    long launchNs;
    /** Where the checksum's sum begins, in bytes from the start of the frame. */
    int checksumStart;
    /** Where it is written, in bytes from there. */
    int checksumOffset;

    SlotRequest(int askable) {
        this.askable = askable;
    }

    /**
     * Notes that something is asked for a frame.
     *
     * @param what       one of the bits
     * @param concurrent whether other stages may do the same at the same time
     * @return where the details go
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

    /** Checks what a stage gives as the place of a checksum. */
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
     * Whether the checksum is in the bytes that are there. Later stages may have cut some off; the kernel would stop
     * sending at a frame where it is not ({@code xsk_skb_metadata}, {@code net/xdp/xsk.c}).
     *
     * @param length of the frame, or of its first segment
     */
    boolean checksumFits(int length) {
        return checksumStart >= 0 && checksumStart + checksumOffset + CHECKSUM_LENGTH <= length;
    }
}
