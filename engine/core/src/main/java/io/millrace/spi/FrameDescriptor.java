package io.millrace.spi;

import io.millrace.FileSource;

/**
 * A frame on its way through the engine, as its ports see it: where it is, where it came from, and how the stages want
 * it to leave. The engine moves one object from frame to frame, so a port reads what it needs within the call that it
 * was given the descriptor in. A class rather than an interface, with one subclass, so that the JIT inlines every call.
 */
public abstract class FrameDescriptor {
    /** The {@link #connection} of a frame that came by none. */
    public static final int NO_CONNECTION = -1;
    /** The {@link #target} of a frame whose destination no stage has named. */
    public static final long NO_TARGET = 0;

    /** For the engine, which alone makes descriptors. */
    protected FrameDescriptor() {}

    /** Where the frame starts in its port's memory, in bytes. */
    public abstract long address();

    /** The length of the frame in bytes; that of its first segment if it has several. */
    public abstract int length();

    /** By how many bytes stages have made the frame shorter than it was; 0 if it is as long as it was, or longer. */
    public abstract int shortened();

    /** The port that received the frame. */
    public abstract int portId();

    /** The queue, of that port, that the frame came by. */
    public abstract int queue();

    /** The index, in its port, of the connection that the frame came by, or {@link #NO_CONNECTION}. */
    public abstract int connection();

    /**
     * The id of the connection that the frame is to leave by, as named by the stage whose verdict counts, or {@link
     * #NO_TARGET}.
     */
    public abstract long target();

    /** A file region to send behind the frame's bytes, or null. */
    public abstract FileSource.Transfer file();

    /**
     * Returns whether this is not a frame but a change of a connection's state; {@link #length} is then the state's
     * ordinal.
     */
    public abstract boolean isEvent();

    /** Returns whether a stage turned the frame round, so that it goes back to its sender. */
    public abstract boolean isTurned();

    /** Returns whether the connection is to be closed after this frame. */
    public abstract boolean isLast();

    /** What a stage asks for the frame on its way out, as bits of {@link TransmitRequest}. */
    public abstract int requests();

    /** The details of what is asked; null if stages can't ask for anything. */
    public abstract TransmitRequest request();
}
