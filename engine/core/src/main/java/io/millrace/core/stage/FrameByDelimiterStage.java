package io.millrace.core.stage;

import io.millrace.Frame;

/** Cuts byte streams into messages that each end with a delimiter. */
public final class FrameByDelimiterStage implements Framer {
    /** The longest delimiter, in bytes. */
    public static final int LONGEST = 16;

    private final byte[] delimiter;
    private final int max;
    private final boolean strip;
    private final boolean deliversUnterminated;

    /**
     * Makes a stage that drops the bytes behind the last delimiter of a stream.
     *
     * @param delimiter 1 to {@link #LONGEST} bytes
     * @param max       the longest message in bytes, without the delimiter
     * @param strip     whether a frame is the message without its delimiter
     * @throws IllegalArgumentException if the delimiter has another length, or {@code max} is not positive
     */
    public FrameByDelimiterStage(byte[] delimiter, int max, boolean strip) {
        this(delimiter, max, strip, false);
    }

    /**
     * Makes a stage that delivers or drops the bytes behind the last delimiter of a stream.
     *
     * @param deliversUnterminated whether those bytes are a message, too, if the peer ends its stream in order
     */
    public FrameByDelimiterStage(byte[] delimiter, int max, boolean strip, boolean deliversUnterminated) {
        if (delimiter.length == 0 || delimiter.length > LONGEST) {
            throw new IllegalArgumentException("a delimiter of " + delimiter.length + " bytes; use 1 to " + LONGEST);
        }
        if (max < 1) {
            throw new IllegalArgumentException("messages of at most " + max + " bytes; use 1 or more");
        }
        this.deliversUnterminated = deliversUnterminated;
        this.delimiter = delimiter.clone();
        this.max = max;
        this.strip = strip;
    }

    @Override
    public void onFrame(Frame frame) {
        // Does nothing: the port has already cut the stream into messages.
    }

    /** A copy of the delimiter that ends a message. */
    public byte[] delimiter() {
        return delimiter.clone();
    }

    /** Returns whether the bytes behind the last delimiter are a message, too, if the stream ends in order. */
    public boolean deliversUnterminated() {
        return deliversUnterminated;
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
