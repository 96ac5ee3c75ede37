package io.millrace.core.path;

import io.millrace.Frame;
import io.millrace.FrameSegments;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;

/** Shows the bytes of the frame that a view is moved over, and moves where they begin and end. */
abstract sealed class FrameBytes implements Frame permits FrameView {
    final FrameMetadata[] ports;
    /** Whether other stages see the same frame at the same time. */
    final boolean concurrent;

    private final FrameBuffer buffer = new FrameBuffer();
    private final SegmentView segments = new SegmentView();

    private boolean looked;
    private FrameSlot slot;
    private FrameMetadata metadata;
    private Umem umem;

    /** @param ports what each port knows of its frames, by the port's id */
    FrameBytes(FrameMetadata[] ports, boolean concurrent) {
        this.ports = ports;
        this.concurrent = concurrent;
        // Or the first frame would take a branch that the warm-up did not, and deoptimise the code.
        if (ports.length == 1 && ports[0] != null) {
            metadata = ports[0];
            umem = metadata.umem();
        }
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
        segments.revoke();
        buffer.revoke();
    }

    /** Returns whether a stage has looked at the bytes of a frame since this was last asked. */
    final boolean wasLookedAt() {
        boolean was = looked;
        looked = false;
        return was;
    }

    final FrameSlot lookedAt() {
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
        if (concurrent) {
            current.changeLengthConcurrently(lengthBytes);
        } else {
            current.changeLength(lengthBytes);
        }
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
    final FrameSlot alone(String what) {
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
}
