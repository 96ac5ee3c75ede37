package io.millrace.spi;

/** A port for which the kernel or a network card does work on frames, or which has work to do that they left undone. */
public interface Offloads extends FrameSink {
    /**
     * What stages may ask for frames that leave here, as bits of {@link TransmitRequest}: the config says it. Any
     * thread.
     */
    int askable();

    /**
     * What of that the kernel or the driver sees to for frames that the port sends as they are; the rest is up to the
     * caller. Any thread.
     */
    int offloads();

    /**
     * Queues a frame with requests, all of which are among the {@link #offloads}. Poller's thread only.
     *
     * @param metadata what another port knows of the frame, to send a copy; null to send the frame as it is
     * @return as {@link #transmit}, or {@link #transmitCopy}
     */
    int transmitRequested(FrameDescriptor frame, FrameMetadata metadata);

    /**
     * Whether frames may come in with a checksum that their sender left to a network card, which is to be finished
     * before they leave as they are. Poller's thread only.
     */
    boolean finishesChecksums();
}
