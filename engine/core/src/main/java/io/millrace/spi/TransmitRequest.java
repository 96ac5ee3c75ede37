package io.millrace.spi;

/**
 * The details of what stages ask for a frame on its way out. {@link FrameDescriptor#requests} has the bits that say
 * what is asked.
 */
public interface TransmitRequest {
    /** The stage wants to be told when the frame was sent. */
    int STAMP = 1;
    /** The stage wants a checksum to be computed. */
    int CHECKSUM = 2;
    /** The stage wants the frame to be sent at a certain time. */
    int LAUNCH = 4;

    /** The number by which the stage wants to recognise the frame. */
    long cookie();

    /** When the frame is to be sent, in nanoseconds of the network card's clock. */
    long launchNs();

    /** Where the bytes that the checksum covers begin, in bytes from the start of the frame. */
    int checksumStart();

    /** Where the checksum is written, in bytes from {@link #checksumStart}. */
    int checksumOffset();
}
