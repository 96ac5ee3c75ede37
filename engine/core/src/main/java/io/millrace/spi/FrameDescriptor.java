package io.millrace.spi;

import io.millrace.FileSource;

/**
 * A frame on its way through the engine, as its ports see it: where it is, where it came from, and how the stages want
 * it to leave. The engine moves one object from frame to frame, so a port reads what it needs within the call that it
 * was given the descriptor in. A class rather than an interface, with one subclass, so that the JIT inlines every call.
 */
public abstract class FrameDescriptor {
    /** {@link #connection} of a frame that came by none. */
    public static final int NO_CONNECTION = -1;
    /** {@link #target} of a frame whose destination no stage has named. */
    public static final long NO_TARGET = 0;

    /** Where the frame starts in its port's memory, in bytes. */
    public abstract long address();

    /** Bytes of the frame; those of its first segment if it has several. */
    public abstract int length();

    /** The port that received the frame. */
    public abstract int portId();

    /** The queue of that port. */
    public abstract int queue();

    /** Index of the connection that the frame came by, in its port, or {@link #NO_CONNECTION}. */
    public abstract int connection();

    /** Id of the connection that the frame is to leave by, as the verdict's stage named it, or {@link #NO_TARGET}. */
    public abstract long target();

    /** A file region to send behind the frame's bytes, or null. */
    public abstract FileSource.Transfer file();

    /** Whether this is no frame but a change of a connection's state; {@link #length} is the state's ordinal then. */
    public abstract boolean isEvent();

    /** Whether a stage turned the frame round: it is to leave for where it came from. */
    public abstract boolean isTurned();

    /** Whether the connection is to be closed behind this frame. */
    public abstract boolean isLast();

    /** What a stage asks for the frame on its way out, as bits of {@link TransmitRequest}. */
    public abstract int requests();

    /** The details of what is asked; null if nothing can be asked. */
    public abstract TransmitRequest request();
}
