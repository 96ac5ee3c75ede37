package io.millrace.harness.bench.micro;

import io.millrace.PortKind;
import io.millrace.core.counters.EngineCounters;
import io.millrace.core.counters.PortCounters;
import io.millrace.statistics.PortStatistics;
import io.millrace.core.path.Connections;
import io.millrace.core.path.EndpointView;
import io.millrace.core.path.FrameFacts;
import io.millrace.core.path.FrameHolders;
import io.millrace.core.path.FrameSlot;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Port;
import io.millrace.ring.Umem;

/** A port that does nothing but own the memory: what is measured is the pipeline alone. */
final class IdlePort implements Port {
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
    public FrameFacts newFacts() {
        return new Facts(umem);
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public int receive(Pipeline pipeline) {
        return 0;
    }

    @Override
    public int transmit(FrameSlot frame) {
        return FULL;
    }

    @Override
    public int transmitCopy(FrameSlot frame, FrameFacts facts) {
        return FULL;
    }

    @Override
    public void release(FrameSlot frame) {
        // The frame stays where it is, and comes again with the next batch.
    }

    @Override
    public int complete() {
        return 0;
    }

    @Override
    public void flush() {
        // Nothing to send, nothing to offer.
    }

    @Override
    public void stopReceiving() {
        // It never receives.
    }

    @Override
    public int sending() {
        return 0;
    }

    @Override
    public int queueCount() {
        return 0;
    }

    @Override
    public int pollDescriptor(int queue) {
        throw new UnsupportedOperationException("there are no queues");
    }

    @Override
    public void startReceiving() {
        // It never receives.
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        throw new UnsupportedOperationException("nobody asks");
    }

    private record Facts(Umem umem) implements FrameFacts {
        @Override
        public PortKind kind() {
            return PortKind.AF_XDP;
        }

        @Override
        public int capacity(FrameSlot frame) {
            return frame.length();
        }

        @Override
        public int payloadOffset(FrameSlot frame) {
            return -1;
        }

        @Override
        public int payloadLength(FrameSlot frame) {
            return 0;
        }

        @Override
        public void source(FrameSlot frame, EndpointView into) {
            into.clear();
        }

        @Override
        public void destination(FrameSlot frame, EndpointView into) {
            into.clear();
        }

        @Override
        public long timestampNs(FrameSlot frame) {
            return 0;
        }

        @Override
        public Connections connections() {
            return null;
        }
    }
}
