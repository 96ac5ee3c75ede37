package io.millrace.spi;

/**
 * The role of a port for which the kernel or a network card works on frames that are sent, or leaves such work to be
 * finished.
 */
public interface Offloads extends FrameSink {
    /**
     * What stages may ask for frames that leave by this port, as bits of {@link TransmitRequest}; the config says it.
     * Any thread may call this.
     */
    int askable();

    /**
     * Which of these {@link #offloads} the kernel or the driver does for frames that the port sends as they are. The
     * rest is up to the caller. Any thread may call this.
     */
    int offloads();

    /**
     * Queues a frame with requests, all of which are among the {@link #offloads}. Only the poller's thread may call
     * this.
     *
     * @param metadata what another port knows of the frame, if a copy is to be sent; null to send the frame as it is
     * @return the same as {@link #transmit} or {@link #transmitCopy}
     */
    int transmitRequested(FrameDescriptor frame, FrameMetadata metadata);

    /**
     * Returns whether frames may come in with a checksum that their sender left to a network card. It has to be
     * finished before they leave as they are. Only the poller's thread may call this.
     */
    boolean finishesChecksums();
}
