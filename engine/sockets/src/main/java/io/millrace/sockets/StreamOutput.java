package io.millrace.sockets;

import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;

/**
 * Turns the streams of a TCP port into frames of the pipeline, and counts them. Only the poller's thread may use this.
 */
final class StreamOutput {
    private final int portId;
    private final PortCounters counters;
    private long frames;
    private long bytes;

    StreamOutput(int portId, PortCounters counters) {
        this.portId = portId;
        this.counters = counters;
    }

    /** Hands a frame to the stages. The hold on its memory passes to the pipeline, which must have room. */
    void frame(StreamConnection connection, long address, int length, FrameInlet inlet) {
        frames++;
        bytes += length;
        connection.entered();
        inlet.frame(portId, 0, connection.index, address, length);
    }

    /** Adds the frames since the last call to the counters. */
    void flushCounters() {
        if (frames > 0) {
            counters.add(PortCounter.RX_FRAMES, frames);
            counters.add(PortCounter.RX_BYTES, bytes);
            frames = 0;
            bytes = 0;
        }
    }
}
