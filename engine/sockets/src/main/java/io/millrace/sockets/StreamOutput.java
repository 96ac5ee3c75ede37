package io.millrace.sockets;

import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;

/** Where the streams of a TCP port become frames of the pipeline, and are counted. Poller's thread only. */
final class StreamOutput {
    private final int portId;
    private final PortCounters counters;
    private long frames;
    private long bytes;

    StreamOutput(int portId, PortCounters counters) {
        this.portId = portId;
        this.counters = counters;
    }

    /** A frame for the stages; the hold on its memory passes to the pipeline, which must have room. */
    void frame(StreamConnection connection, long address, int length, FrameInlet inlet) {
        frames++;
        bytes += length;
        connection.entered();
        inlet.frame(portId, 0, connection.index, address, length);
    }

    /** Counts the frames since the last time. */
    void flushCounters() {
        if (frames > 0) {
            counters.add(PortCounter.RX_FRAMES, frames);
            counters.add(PortCounter.RX_BYTES, bytes);
            frames = 0;
            bytes = 0;
        }
    }
}
