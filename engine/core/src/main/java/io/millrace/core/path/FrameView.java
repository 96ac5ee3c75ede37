package io.millrace.core.path;

import io.millrace.Connection;
import io.millrace.Endpoint;
import io.millrace.FileSource;
import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.FrameSegments;
import io.millrace.Lease;
import io.millrace.Verdict;
import io.millrace.ring.Umem;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;

/**
 * The flyweight that a stage sees. Each stage has one; it is moved over the frames of a batch and revoked after the
 * batch.
 */
sealed class FrameView implements Frame permits SegmentedFrameView {
    private final FrameMetadata[] ports;
    final LeaseRegistry leases;
    private final int stageIndex;
    private final int firstOfGroup;
    private final boolean grouped;
    private final boolean concurrent;
    private final FrameBuffer buffer = new FrameBuffer();

    private final EndpointView source = new EndpointView();
    private final EndpointView destination = new EndpointView();
    private final ConnectionView connection = new ConnectionView();

    private final SegmentView segments = new SegmentView();

    /** The last verdict and target for the current frame, of a stage in a group. */
    private int said;

    private long saidTarget;

    private boolean looked;
    private FrameSlot slot;
    private FrameMetadata metadata;
    private Umem umem;

    /** @param ports what each port knows of its frames, by the port's id */
    FrameView(FrameMetadata[] ports, LeaseRegistry leases, StagePlace place) {
        this.ports = ports;
        this.leases = leases;
        this.stageIndex = place.stageIndex();
        this.firstOfGroup = place.firstOfGroup();
        this.grouped = place.grouped();
        this.concurrent = place.concurrent();
        if (ports.length == 1
                && ports[0]
                        // or the first frame would take a branch that the warm-up did not, and deoptimise the code
                        != null) {
            metadata = ports[0];
            umem = metadata.umem();
        }
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

    void wrap(FrameSlot next) {
        FrameMetadata port = ports[next.portId];
        if (slot != next) { // storing a reference costs the collector's write barrier
            slot = next;
        }
        if (metadata != port) {
            metadata = port;
            umem = port.umem();
        }
        buffer.show(umem.baseAddress() + next.address, next.length);
    }

    /** Revokes the view: every access throws from now on, since no index is within an empty buffer. */
    void revoke() {
        slot = null;
        source.revoke();
        destination.revoke();
        connection.revoke();
        segments.revoke();
        buffer.revoke();
    }

    /** Returns whether a stage has looked at the bytes of a frame since this was last asked. */
    final boolean wasLookedAt() {
        boolean was = looked;
        looked = false;
        return was;
    }

    private FrameSlot lookedAt() {
        looked = true;
        return slot();
    }

    final FrameSlot slot() {
        FrameSlot current = slot;
        if (current == null) {
            throw new IllegalStateException("the frame is no longer valid: its callback has returned;"
                    + " take a lease to keep a frame longer");
        }
        return current;
    }

    @Override
    public int length() {
        return slot().length;
    }

    @Override
    public void length(int lengthBytes) {
        FrameSlot current = slot();
        if (lengthBytes < 0 || lengthBytes > capacity()) {
            throw new IllegalArgumentException(
                    "frame length " + lengthBytes + " is not between 0 and the capacity of " + capacity() + " bytes");
        }
        buffer.show(umem, current.address, lengthBytes);
        current.length = lengthBytes;
    }

    @Override
    public int capacity() {
        return metadata.capacity(slot());
    }

    @Override
    public int headroom() {
        return metadata.headroom(slot());
    }

    @Override
    public void prepend(int bytes) {
        FrameSlot current = movable();
        int room = metadata.headroom(current);
        if (bytes < 0 || bytes > room) {
            throw new IllegalArgumentException("can't prepend " + bytes + " bytes to a frame with a headroom of " + room
                    + (metadata.startMoves() ? "; set headroom for the port" : ": frames of socket ports have none"));
        }
        moveStart(current, -bytes);
    }

    @Override
    public void trimFront(int bytes) {
        FrameSlot current = movable();
        if (bytes < 0 || bytes > 0 && bytes >= current.length) {
            throw new IllegalArgumentException(
                    "can't trim " + bytes + " bytes off a frame of " + current.length + "; at least one has to stay");
        }
        if (!metadata.startMoves()) {
            throw new IllegalArgumentException("frames of socket ports keep their start; go by offsets instead");
        }
        moveStart(current, bytes);
    }

    private FrameSlot movable() {
        return alone("move its start");
    }

    /** Returns the frame for an operation that parallel stages must not do, or throws. */
    private FrameSlot alone(String what) {
        FrameSlot current = slot();
        if (concurrent) {
            throw new IllegalStateException("stages that run in parallel see the same frame; " + what + " in a stage"
                    + " before or after them");
        }
        return current;
    }

    private void moveStart(FrameSlot current, int bytes) {
        current.address += bytes;
        current.length -= bytes;
        if ((current.requests() & SlotRequest.CHECKSUM) != 0) {
            current.request().checksumStart -= bytes;
        }
        buffer.show(umem, current.address, current.length);
    }

    @Override
    public MutableDirectBuffer buffer() {
        looked = true;
        return buffer;
    }

    @Override
    public MemorySegment segment() {
        FrameSlot current = lookedAt();
        return umem.memory().asSlice(current.address, current.length);
    }

    @Override
    public MemorySegment memory() {
        lookedAt();
        return umem.memory();
    }

    @Override
    public long address() {
        return lookedAt().address;
    }

    @Override
    public int segmentCount() {
        slot();
        return 1;
    }

    @Override
    public int totalLength() {
        return slot().length;
    }

    @Override
    public void totalLength(int lengthBytes) {
        length(lengthBytes);
    }

    @Override
    public FrameSegments segments() {
        return segments.start(lookedAt(), umem, metadata.chains());
    }

    /** What the port knows of the current frame. */
    final FrameMetadata metadata() {
        return metadata;
    }

    /** Moves to another frame, and revokes what was shown of the last one's segments. */
    final void revokeSegments() {
        segments.revoke();
    }

    @Override
    public FrameKind kind() {
        slot();
        return metadata.kind();
    }

    @Override
    public int payloadOffset() {
        return metadata.payloadOffset(lookedAt());
    }

    @Override
    public int payloadLength() {
        return metadata.payloadLength(lookedAt());
    }

    @Override
    public Endpoint source() {
        FrameSlot current = lookedAt();
        if (current.isTurned()) {
            metadata.destination(current, source);
        } else {
            metadata.source(current, source);
        }
        return source;
    }

    @Override
    public Endpoint destination() {
        FrameSlot current = lookedAt();
        if (current.isTurned()) {
            metadata.source(current, destination);
        } else {
            metadata.destination(current, destination);
        }
        return destination;
    }

    @Override
    public long timestampNs() {
        return metadata.timestampNs(slot());
    }

    @Override
    public boolean hasRssHash() {
        return metadata.hasRssHash(slot());
    }

    @Override
    public int rssHash() {
        return metadata.rssHash(slot());
    }

    @Override
    public int vlanTag() {
        return metadata.vlanTag(slot());
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
        Lease lease = leases.take(current.portId, metadata.identity(current), segment());
        current.countLease();
        return lease;
    }
}
