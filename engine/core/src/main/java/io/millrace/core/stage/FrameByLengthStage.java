package io.millrace.core.stage;

import io.millrace.Frame;

/** Cuts byte streams into messages that each begin with their length, which does not count the prefix itself. */
public final class FrameByLengthStage implements Framer {
    private final int prefixLength;
    private final boolean littleEndian;
    private final int max;
    private final boolean strip;

    /**
     * @param prefixLength the length of the prefix in bytes: 1, 2 or 4
     * @param littleEndian whether its lowest byte comes first
     * @param max          the longest message in bytes, without the prefix
     * @param strip        whether a frame is the message without its prefix
     * @throws IllegalArgumentException if the prefix has another length, or {@code max} is not positive
     */
    public FrameByLengthStage(int prefixLength, boolean littleEndian, int max, boolean strip) {
        if (prefixLength != Byte.BYTES && prefixLength != Short.BYTES && prefixLength != Integer.BYTES) {
            throw new IllegalArgumentException("a prefix of " + prefixLength + " bytes; use 1, 2 or 4");
        }
        if (max < 1) {
            throw new IllegalArgumentException("messages of at most " + max + " bytes; use 1 or more");
        }
        this.prefixLength = prefixLength;
        this.littleEndian = littleEndian;
        this.max = max;
        this.strip = strip;
    }

    @Override
    public void onFrame(Frame frame) {
        // Does nothing: the port has already cut the stream into messages.
    }

    /** The length of the prefix in bytes: 1, 2 or 4. */
    public int prefixLength() {
        return prefixLength;
    }

    /** Returns whether the prefix's lowest byte comes first. */
    public boolean littleEndian() {
        return littleEndian;
    }

    @Override
    public int max() {
        return max;
    }

    @Override
    public boolean strip() {
        return strip;
    }
}
