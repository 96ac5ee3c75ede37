package io.millrace.core.path;

import io.millrace.FrameKind;
import io.millrace.Verdict;
import io.millrace.spi.ConnectionHost;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSink;
import io.millrace.spi.Offloads;
import io.millrace.spi.Port;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.util.stream.Stream;

/**
 * The end of the pipeline: sends each frame where its verdict says, and counts it exactly once. Only the poller's
 * thread may use this.
 */
public final class Outlet {
    /** All arrays here are indexed by the ports' ids. */
    private final FrameOwner[] owners;

    private final FrameSink[] sinks;
    private final ConnectionHost[] hosts;
    /** The ports whose frames may lack a checksum; null for the others. */
    private final Offloads[] offloads;

    private final FrameMetadata[] metadata;
    private final String[] names;
    private final LeaseRegistry leases;
    /** Whether a frame can go without a copy, by the ports that it comes from and goes to. */
    private final boolean[][] moves;

    private final TransmitRequests requests;
    private final PartialChecksum partial = new PartialChecksum();

    /** Consecutive frames that took the same way are counted together: their port, the counter, and their number. */
    private PortCounters tallied;

    private PortCounter tallyReason;
    private long tally;

    /** @param ports the ports, by their ids */
    public Outlet(Port[] ports, LeaseRegistry leases) {
        this.owners = Roles.byId(FrameOwner.class, ports);
        this.sinks = Roles.byId(FrameSink.class, ports);
        this.hosts = Roles.byId(ConnectionHost.class, ports);
        this.offloads = Roles.byId(Offloads.class, ports);
        this.metadata = FrameResources.newMetadata(ports);
        this.names = Stream.of(ports).map(Port::name).toArray(String[]::new);
        this.leases = leases;
        this.requests = new TransmitRequests(ports, metadata);
        this.moves = new boolean[ports.length][ports.length];
        for (Port home : ports) {
            for (Port out : ports) {
                moves[home.id()][out.id()] = out instanceof FrameSink sink && sink.takesFramesOf(home);
            }
        }
    }

    /** Makes a slot, with room for the details of what stages may ask for a frame. */
    FrameSlot newSlot() {
        return requests.newSlot();
    }

    /** A frame or an event has passed the last stage. */
    void finish(FrameSlot slot) {
        if (slot.isEvent()) {
            hosts[slot.portId].passed(slot);
        } else if (slot.leases == 0 || leases.passed(slot, metadata[slot.portId].identity(slot))) {
            leave(slot);
        }
    }

    /** Takes back closed leases, and sends their frames on. */
    int settleLeases() {
        int settled = leases.settle(this);
        flushCounters();
        return settled;
    }

    private void count(PortCounters counters, PortCounter reason) {
        if (reason != tallyReason || counters != tallied) {
            flushCounters();
            tallied = counters;
            tallyReason = reason;
        }
        tally++;
    }

    /** Adds the counts of frames that have left; to be called at the end of a batch. */
    void flushCounters() {
        if (tally > 0) {
            tallied.add(tallyReason, tally);
            tally = 0;
            tallyReason = null;
        }
    }

    /** Sends on a frame that nobody holds any more. */
    void leave(FrameSlot frame) {
        FrameOwner home = owners[frame.portId];
        if (Verdict.isForward(frame.verdict)) {
            forward(frame, home, Verdict.portId(frame.verdict));
            return;
        }
        count(home.counters(), reason(frame.verdict));
        abandonFile(frame);
        home.release(frame);
    }

    private static PortCounter reason(int verdict) {
        if (verdict == Verdict.NONE) {
            return PortCounter.CONSUMED;
        }
        return verdict == Verdict.ABANDONED ? PortCounter.DROPPED_AT_STOP : PortCounter.DROPPED_BY_STAGE;
    }

    private void forward(FrameSlot frame, FrameOwner home, int outId) {
        FrameSink out = sinks[outId];
        boolean isMove = moves[frame.portId][outId];
        Offloads undone = offloads[frame.portId];
        if (undone != null && undone.finishesChecksums()) {
            finishChecksum(frame, home, outId, isMove);
        }
        int outcome;
        if (out == null) {
            outcome = FrameSink.UNSUITABLE; // the port only receives
        } else if (frame.requests() != 0) {
            outcome = requests.transmit(frame, out, isMove);
        } else {
            outcome = isMove ? out.transmit(frame) : out.transmitCopy(frame, metadata[frame.portId]);
        }
        PortCounter reason = reasonOf(outcome);
        if (frame.file != null && reason != PortCounter.FORWARDED) {
            abandonFile(frame);
        }
        if (outcome != FrameSink.HELD && (outcome != FrameSink.TAKEN || !isMove)) {
            home.release(frame);
        }
        if (reason != tallyReason && reason != PortCounter.FORWARDED) {
            home.counters().wayOf(reason, names[outId]);
        }
        count(home.counters(), reason);
    }

    /**
     * Finishes a partial checksum, but not where the payload alone leaves, nor where a stage has asked for the
     * checksum.
     */
    private void finishChecksum(FrameSlot frame, FrameOwner home, int outId, boolean isMove) {
        if (metadata[outId] != null
                && metadata[outId].kind() == FrameKind.ETHERNET
                && (frame.requests() & SlotRequest.CHECKSUM) == 0) {
            boolean offload = isMove && (requests.offloads(outId) & SlotRequest.CHECKSUM) != 0;
            if (partial.finish(frame, metadata[frame.portId], offload)) {
                home.counters().add(PortCounter.PARTIAL_CHECKSUMS, 1);
            }
        }
    }

    private static PortCounter reasonOf(int outcome) {
        return switch (outcome) {
            case FrameSink.TAKEN, FrameSink.HELD -> PortCounter.FORWARDED;
            case FrameSink.FULL -> PortCounter.DROPPED_TX_FULL;
            case FrameSink.GONE -> PortCounter.DROPPED_GONE;
            default -> PortCounter.DROPPED_INVALID;
        };
    }

    private static void abandonFile(FrameSlot frame) {
        if (frame.file != null) {
            frame.file.release();
        }
    }
}
