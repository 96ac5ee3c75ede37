package io.millrace.spi;

/**
 * The details of what stages ask for a frame on its way out; {@link FrameDescriptor#requests} says which of it is
 * asked.
 */
public interface TransmitRequest {
    /** The stage wants to be told when the frame was sent. */
    int STAMP = 1;
    /** A checksum is to be computed. */
    int CHECKSUM = 2;
    /** The frame is to be sent at a point of time. */
    int LAUNCH = 4;

    /** What the stage wants to know the frame by. */
    long cookie();

    /** When it is to be sent, in nanoseconds of the network card's clock. */
    long launchNs();

    /** Where the checksum's sum begins, in bytes from the start of the frame. */
    int checksumStart();

    /** Where the checksum is written, in bytes from {@link #checksumStart}. */
    int checksumOffset();
}
