package io.millrace.core.path;

import io.millrace.Connection;
import io.millrace.Endpoint;
import io.millrace.FileSource;
import io.millrace.FrameKind;
import io.millrace.Lease;
import io.millrace.Verdict;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameMetadata;

/**
 * The flyweight that a stage sees. Each stage has one; it is moved over the frames of a batch and revoked after the
 * batch. It shows what a port knows of a frame beside the bytes, and takes what the stage decides; {@link FrameBytes}
 * shows the bytes.
 */
sealed class FrameView extends FrameBytes permits SegmentedFrameView {
    final LeaseRegistry leases;
    private final int stageIndex;
    private final int firstOfGroup;
    private final boolean grouped;

    private final EndpointView source = new EndpointView();
    private final EndpointView destination = new EndpointView();
    private final ConnectionView connection = new ConnectionView();

    /** The last verdict and target for the current frame, of a stage in a group. */
    private int said;

    private long saidTarget;

    /** @param ports what each port knows of its frames, by the port's id */
    FrameView(FrameMetadata[] ports, LeaseRegistry leases, StagePlace place) {
        super(ports, place.concurrent());
        this.leases = leases;
        this.stageIndex = place.stageIndex();
        this.firstOfGroup = place.firstOfGroup();
        this.grouped = place.grouped();
    }

    /** Makes the view for one stage; where a port has frames of several segments, the view can show those. */
    static FrameView over(FrameMetadata[] ports, LeaseRegistry leases, StagePlace place) {
        for (FrameMetadata port : ports) {
            if (port != null && port.chains() != null) {
                return new SegmentedFrameView(ports, leases, place);
            }
        }
        return new FrameView(ports, leases, place);
    }

    /** Returns whether an earlier stage dropped the frame. What a parallel stage decides meanwhile is ignored. */
    boolean skips(FrameSlot candidate) {
        int verdict = concurrent ? candidate.verdictConcurrently() : candidate.verdict;
        return Verdict.isDrop(verdict) && Verdict.stageIndex(verdict) < firstOfGroup;
    }

    @Override
    void revoke() {
        super.revoke();
        source.revoke();
        destination.revoke();
        connection.revoke();
    }

    @Override
    public FrameKind kind() {
        slot();
        return metadata().kind();
    }

    @Override
    public int payloadOffset() {
        return metadata().payloadOffset(lookedAt());
    }

    @Override
    public int payloadLength() {
        return metadata().payloadLength(lookedAt());
    }

    @Override
    public Endpoint source() {
        FrameSlot current = lookedAt();
        if (current.isTurned()) {
            metadata().destination(current, source);
        } else {
            metadata().source(current, source);
        }
        return source;
    }

    @Override
    public Endpoint destination() {
        FrameSlot current = lookedAt();
        if (current.isTurned()) {
            metadata().source(current, destination);
        } else {
            metadata().destination(current, destination);
        }
        return destination;
    }

    @Override
    public long timestampNs() {
        return metadata().timestampNs(slot());
    }

    @Override
    public boolean hasRssHash() {
        return metadata().hasRssHash(slot());
    }

    @Override
    public int rssHash() {
        return metadata().rssHash(slot());
    }

    @Override
    public int vlanTag() {
        return metadata().vlanTag(slot());
    }

    @Override
    public Connection connection() {
        FrameSlot current = slot();
        if (current.connection == FrameSlot.NO_CONNECTION) {
            throw new IllegalStateException("the frame came by no connection; ask kind() first");
        }
        return connection(current);
    }

    /** Returns the view of a frame's or an event's connection. */
    Connection connection(FrameSlot current) {
        connection.wrap(ports[current.portId].connections(), current);
        return connection;
    }

    @Override
    public int portId() {
        return slot().portId;
    }

    @Override
    public int queue() {
        return slot().queue;
    }

    @Override
    public void drop() {
        decide(Verdict.drop(stageIndex));
    }

    @Override
    public void forward(int portId) {
        requirePort(portId);
        decide(Verdict.forward(stageIndex, portId));
    }

    private void requirePort(int portId) {
        if (portId < 0 || portId >= ports.length) {
            throw new IllegalArgumentException("port id " + portId + " is not between 0 and " + (ports.length - 1)
                    + "; take it from StageContext.portId");
        }
    }

    @Override
    public void forward(int portId, long connectionId) {
        requirePort(portId);
        if (ports[portId].connections() == null) {
            throw new IllegalArgumentException("port " + portId + " has no connections; use forward(portId)");
        }
        FrameSlot current = alone("name a connection");
        int verdict = Verdict.forward(stageIndex, portId);
        long target = connectionId == FrameSlot.NO_TARGET ? FrameSlot.NOBODY : connectionId;
        if (grouped) {
            said = verdict;
            saidTarget = target;
        } else {
            current.decide(verdict, target);
        }
    }

    @Override
    public void turnRound() {
        if (concurrent) {
            slot().turnConcurrently();
        } else {
            slot().turn();
        }
    }

    @Override
    public void sendFile(FileSource region) {
        FrameSlot current = alone("send a file");
        if (current.file != null) {
            throw new IllegalStateException("the frame has a file region already; send one with each frame");
        }
        current.file = region.handOver();
    }

    @Override
    public void closeConnection() {
        alone("close the connection").markLast();
    }

    @Override
    public void stampTransmit(long cookie) {
        SlotRequest.ask(slot(), SlotRequest.STAMP, concurrent).cookie = cookie;
    }

    @Override
    public void offloadChecksum(int start, int offset) {
        FrameSlot current = slot();
        SlotRequest.requirePlace(start, offset, current.length);
        SlotRequest request = SlotRequest.ask(current, SlotRequest.CHECKSUM, concurrent);
        request.checksumStart = start;
        request.checksumOffset = offset;
    }

    @Override
    public void launchAt(long timeNs) {
        if (timeNs < 0) {
            throw new IllegalArgumentException(
                    "launch time " + timeNs + " is negative; give it in nanoseconds of the" + " network card's clock");
        }
        SlotRequest.ask(slot(), SlotRequest.LAUNCH, concurrent).launchNs = timeNs;
    }

    private void decide(int verdict) {
        FrameSlot current = slot();
        if (grouped) {
            said = verdict;
            saidTarget = FrameSlot.NO_TARGET;
        } else {
            current.decide(verdict);
        }
    }

    /**
     * The stage of a group is done with the frame: its last verdict is added to those of the others. It can't take it
     * back after that.
     */
    final void settle() {
        int verdict = said;
        if (verdict == Verdict.NONE) {
            return;
        }
        said = Verdict.NONE;
        if (concurrent) {
            slot().decideConcurrently(verdict, firstOfGroup);
        } else {
            slot().decide(verdict, saidTarget);
        }
    }

    /** The stage has thrown: the verdict it gave before is ignored. */
    final void unsay() {
        said = Verdict.NONE;
    }

    @Override
    public int verdict() {
        int agreed = concurrent ? slot().verdictConcurrently() : slot().verdict;
        return Math.max(agreed, said);
    }

    @Override
    public Lease lease() {
        FrameSlot current = slot();
        Lease lease = leases.take(current.portId, metadata().identity(current), segment());
        current.countLease();
        return lease;
    }
}
