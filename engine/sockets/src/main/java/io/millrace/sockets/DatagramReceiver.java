package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.uring.uring_h.IORING_OP_RECVMSG;
import static io.millrace.bindings.uring.uring_h.IORING_RECV_MULTISHOT;
import static io.millrace.bindings.uring.uring_h.IOSQE_BUFFER_SELECT;
import static io.millrace.bindings.uring.uring_h.IOSQE_FIXED_FILE;

import io.millrace.ring.CompletionQueue;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The receiving half of a UDP port: one multishot recvmsg, which continues until the kernel ends it and is then started
 * again. Only the poller's thread may use this.
 */
final class DatagramReceiver {
    private static final VarHandle HANDING;
    /** The pause before it receives again after an unexpected error. */
    private static final long PAUSE_NS = 10_000_000;

    static {
        try {
            HANDING = MethodHandles.lookup().findVarHandle(DatagramReceiver.class, "handing", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Uring uring;
    private final SocketFrames frames;
    private final DatagramLayout layout;
    private final MemorySegment memory;
    private final MemorySegment header;
    private final PortCounters counters;
    private final int portId;
    private final int file;
    private final long userData;
    private final int payloadOffset;
    private final boolean coalesces;

    private boolean armed;
    private boolean cancelled;
    private boolean quiet;
    private long pausedUntilNs;
    private boolean paused;

    /**
     * The rest of a coalesced buffer: datagrams for which the pipeline had no room, or which are with stages on this
     * thread.
     */
    private boolean hasLeft;

    @SuppressWarnings("unused")
    private boolean handing;

    private long leftAddress;
    private int leftBytes;
    private int leftSegment;

    private long receivedFrames;
    private long receivedBytes;

    /** @param header the header from {@link DatagramLayout#newHeader} */
    DatagramReceiver(
            Uring uring,
            SocketFrames frames,
            DatagramLayout layout,
            MemorySegment header,
            PortCounters counters,
            int portId,
            int file,
            int operation) {
        this.uring = uring;
        this.frames = frames;
        this.layout = layout;
        this.memory = frames.umem().memory();
        this.header = header;
        this.counters = counters;
        this.portId = portId;
        this.file = file;
        this.userData = UserData.of(portId, operation, 0);
        this.payloadOffset = layout.payloadOffset();
        this.coalesces = layout.coalesces();
    }

    /** The number of operations that the kernel has not completed. */
    int underWay() {
        return armed ? 1 : 0;
    }

    /** Starts the receive, unless it is under way or there is no buffer to receive into. */
    void arm() {
        if (armed || quiet || !frames.canReceive() || isPaused()) {
            return;
        }
        long at = uring.claim();
        if (at == SubmissionQueue.FULL) {
            return;
        }
        MemorySegment entries = uring.entries();
        SubmissionEntry.write(entries, at, IORING_OP_RECVMSG(), file, header.address(), 1, userData);
        SubmissionEntry.ioPriority(entries, at, IORING_RECV_MULTISHOT());
        SubmissionEntry.flags(entries, at, IOSQE_BUFFER_SELECT() | IOSQE_FIXED_FILE());
        SubmissionEntry.buffer(entries, at, frames.group());
        armed = true;
        cancelled = false;
    }

    /** Ends the receive, once no datagram waits to be received. */
    void disarm() {
        if (armed && !cancelled) {
            cancelled = uring.cancel(userData);
        }
    }

    private boolean isPaused() {
        if (paused && System.nanoTime() - pausedUntilNs >= 0) {
            paused = false;
        }
        return paused;
    }

    /** @return false if the pipeline had no room for something */
    boolean onCompletion(int result, int flags, FrameInlet inlet) {
        if ((flags & CompletionQueue.MORE) == 0) {
            armed = false;
            ended(result);
        }
        if ((flags & CompletionQueue.BUFFER) == 0) {
            return true;
        }
        long frame = frames.received(CompletionQueue.bufferId(flags));
        int length = result - payloadOffset;
        if (length < 0 || DatagramLayout.isTruncated(memory, frame)) {
            counters.add(PortCounter.RX_TRUNCATED, 1);
            frames.release(frame);
            return true;
        }
        int segment = coalesces ? layout.segmentLength(memory, frame) : 0;
        int count = segment > 0 && segment < length ? (length + segment - 1) / segment : 1;
        receivedFrames += count;
        receivedBytes += length;
        if (quiet) {
            counters.add(PortCounter.DROPPED_AT_STOP, count);
            frames.release(frame);
            return true;
        }
        if (count > 1) {
            return split(frame, length, segment, count, inlet);
        }
        return hand(frame + payloadOffset, length, length, inlet);
    }

    /**
     * Called when the multishot receive ends: if no buffer is free, if the completion queue overflows, or by an error.
     */
    private void ended(int result) {
        if (quiet) {
            return;
        }
        counters.add(PortCounter.RX_REARMED, 1);
        if (result == -ENOBUFS()) {
            counters.add(PortCounter.RX_NO_BUFFER, 1);
        } else if (result < 0 && result != -ECANCELED()) {
            paused = true;
            pausedUntilNs = System.nanoTime() + PAUSE_NS;
        }
    }

    private boolean split(long frame, int length, int segment, int count, FrameInlet inlet) {
        for (int i = 1; i < count; i++) {
            frames.hold(frame);
        }
        counters.add(PortCounter.RX_COALESCED, count);
        return hand(frame + payloadOffset, length, segment, inlet);
    }

    /** Hands datagrams of {@code segment} bytes, of which the last may be shorter, to the pipeline. */
    private boolean hand(long address, int length, int segment, FrameInlet inlet) {
        leftAddress = address;
        leftBytes = length;
        leftSegment = segment;
        HANDING.setRelease(this, true);
        do {
            if (inlet.room(1) == 0) {
                hasLeft = true;
                break;
            }
            int bytes = Math.min(segment, leftBytes);
            inlet.frame(portId, 0, leftAddress, bytes);
            leftAddress += bytes;
            leftBytes -= bytes;
        } while (leftBytes > 0);
        HANDING.setRelease(this, false);
        return !hasLeft;
    }

    /** Hands on what was left; returns false if something is still left. */
    boolean resume(FrameInlet inlet) {
        hasLeft = false;
        return hand(leftAddress, leftBytes, leftSegment, inlet);
    }

    /** From now on, whatever is still received is dropped and counted. */
    void quiesce() {
        quiet = true;
        while (hasLeft) {
            counters.add(PortCounter.DROPPED_AT_STOP, 1);
            frames.release(leftAddress);
            leftBytes -= leftSegment;
            hasLeft = leftBytes > 0;
        }
    }

    /**
     * Reports the frame in a stage that does not return, and what is left of its buffer. Cold; any thread may call
     * this.
     */
    void audit(FrameAudit audit) {
        if (hasLeft || (boolean) HANDING.getAcquire(this)) {
            int bytes = leftBytes;
            do {
                audit.found(FrameAudit.Place.STAGE, leftAddress);
                bytes -= leftSegment;
            } while (bytes > 0);
        }
    }

    /** Adds what was received since the last call to the counters. */
    void flushCounters() {
        if (receivedFrames > 0) {
            counters.add(PortCounter.RX_FRAMES, receivedFrames);
            counters.add(PortCounter.RX_BYTES, receivedBytes);
            receivedFrames = 0;
            receivedBytes = 0;
        }
    }
}
