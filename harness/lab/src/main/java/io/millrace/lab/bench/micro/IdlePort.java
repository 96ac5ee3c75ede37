package io.millrace.lab.bench.micro;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSink;
import io.millrace.spi.Port;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortStatistics;

/** A port that only owns the memory, so that only the pipeline is measured. */
final class IdlePort implements FrameOwner, FrameSink {
    private final Umem umem;
    private final PortCounters counters = new PortCounters(new EngineCounters(), "idle");

    IdlePort(Umem umem) {
        this.umem = umem;
    }

    @Override
    public int id() {
        return 0;
    }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public FrameMetadata newMetadata() {
        return new Metadata(umem);
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public boolean holdsUntilReturn() {
        return true;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other == this;
    }

    @Override
    public int transmit(FrameDescriptor frame) {
        return FULL;
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        return FULL;
    }

    @Override
    public void release(FrameDescriptor frame) {
        // Does nothing: the frame stays where it is, and comes again with the next batch.
    }

    @Override
    public void flush() {
        // Does nothing: there is nothing to send or to offer.
    }

    @Override
    public void stopReceiving() {
        // Does nothing: the port never receives.
    }

    @Override
    public int txInFlight() {
        return 0;
    }

    @Override
    public void startReceiving() {
        // Does nothing: the port never receives.
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        throw new UnsupportedOperationException("nobody asks");
    }

    private record Metadata(Umem umem) implements FrameMetadata {
        @Override
        public FrameKind kind() {
            return FrameKind.ETHERNET;
        }

        @Override
        public int capacity(FrameDescriptor frame) {
            return frame.length();
        }

        @Override
        public int payloadOffset(FrameDescriptor frame) {
            return -1;
        }

        @Override
        public int payloadLength(FrameDescriptor frame) {
            return 0;
        }
    }
}
