package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EMSGSIZE;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.EPROTO;

import io.millrace.ring.FrameAudit;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * Finds the messages in what a port's connections receive. A complete message stays where it was received; a message
 * that spans buffers is put together in a frame of its own. If no frame is free, the rest waits until one comes back,
 * or until no other bytes are held in the buffer where the message begins. Only the poller's thread may use this.
 */
final class StreamDecoder {
    /** The result of {@link #inPlace} if there is no frame for the beginning of a message. */
    private static final int NO_FRAME = -1;

    private final FrameDecoder decoder;
    private final SocketFrames frames;
    private final StreamTable table;
    private final StreamOutput output;
    private final MemorySegment memory;
    private final int frameSize;
    private final PortCounters counters;
    private final ChunkList chunks;
    /** The most incomplete messages: with more, there would not be enough frames left for complete ones. */
    private final int mostPartials;

    private int partials;
    private boolean frameKept;
    /** The frame of the piece that is being decoded. */
    private long current = StreamConnection.NONE;

    private long movedBytes;
    private long discardedBytes;

    StreamDecoder(
            FrameDecoder decoder, SocketFrames frames, StreamTable table, StreamOutput output, PortCounters counters) {
        this.decoder = decoder;
        this.frames = frames;
        this.table = table;
        this.output = output;
        this.memory = frames.umem().memory();
        this.frameSize = frames.umem().frameSize();
        this.counters = counters;
        this.chunks = new ChunkList(frames.umem().frameCount());
        this.mostPartials = frames.umem().frameCount() / 2;
    }

    /**
     * Decodes a piece of a stream. The caller's hold on its frame passes to this object.
     *
     * @return how many of its last bytes are left because the pipeline has no room; the caller still holds these
     */
    int take(StreamConnection connection, long address, int length, FrameInlet inlet) {
        if (!connection.inbound.undecoded.isEmpty()) {
            chunks.add(connection.inbound.undecoded, address, length);
            return 0;
        }
        int left = cut(connection, address, length, inlet);
        if (left == 0 || inlet.room(1) == 0) {
            return left;
        }
        keep(connection, address + length - left, left);
        return 0;
    }

    /** Lets a piece wait for {@link #decodeOn}. The caller's hold on its frame passes to this object. */
    void keep(StreamConnection connection, long address, int length) {
        chunks.add(connection.inbound.undecoded, address, length);
    }

    /** Decodes the waiting pieces of a connection as far as there is room; returns how many have been decoded. */
    int decodeOn(StreamConnection connection, FrameInlet inlet) {
        int done = 0;
        while (!connection.inbound.undecoded.isEmpty() && goesOn(connection, inlet)) {
            done++;
        }
        return done;
    }

    /**
     * Called when the stream has ended in order and nothing of it waits to be decoded: what is left is a message, or a
     * part of one.
     *
     * @return false if it is a message and there is no room for it
     */
    boolean finish(StreamConnection connection, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        if (inbound.partial == StreamConnection.NONE) {
            return true;
        }
        if (!decoder.deliversUnterminated()) {
            connection.endWith(EPROTO());
            forget(connection, true);
            return true;
        }
        if (inlet.room(1) == 0) {
            return false;
        }
        long rest = inbound.partial;
        inbound.partial = StreamConnection.NONE;
        partials--;
        output.frame(connection, rest, inbound.partialLength, inlet);
        return true;
    }

    /** Decodes the connection's first piece; returns whether it was used up. */
    private boolean goesOn(StreamConnection connection, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        long address = chunks.address(inbound.undecoded);
        if (inlet.room(1) == 0 || inbound.partial == StreamConnection.NONE && !hasFrameFor(address)) {
            return false;
        }
        int length = chunks.length(inbound.undecoded);
        chunks.remove(inbound.undecoded);
        int left = cut(connection, address, length, inlet);
        if (left > 0) {
            chunks.addFirst(inbound.undecoded, address + length - left, left);
        }
        return left == 0;
    }

    private boolean hasFrameFor(long address) {
        return frames.available() > 0 || frames.holders(address) == 1;
    }

    /**
     * Returns how many bytes are left because there was no room in the pipeline or no frame; if none are left, the
     * frame has been released.
     */
    private int cut(StreamConnection connection, long address, int length, FrameInlet inlet) {
        frameKept = false;
        current = address;
        int left = cutWhole(connection, address, length, inlet);
        current = StreamConnection.NONE;
        if (left == 0 && !frameKept) {
            frames.release(address);
        }
        return left;
    }

    private int cutWhole(StreamConnection connection, long address, int length, FrameInlet inlet) {
        long at = address;
        int left = length;
        while (left > 0 && !connection.isDeaf()) {
            if (inlet.room(1) == 0) {
                return left;
            }
            int taken = connection.inbound.partial == StreamConnection.NONE
                    ? inPlace(connection, at, left, inlet)
                    : assemble(connection, at, left, inlet);
            if (taken == NO_FRAME) {
                return left;
            }
            at += taken;
            left -= taken;
        }
        discardedBytes += left;
        return 0;
    }

    private int inPlace(StreamConnection connection, long at, int available, FrameInlet inlet) {
        int length = decoder.length(memory, at, available, 0);
        if (length > 0) {
            frames.hold(at);
            message(connection, at, length, inlet);
            return length;
        }
        if (length == FrameDecoder.TOO_LONG) {
            refused(connection, available);
            return available;
        }
        return begin(connection, at, available) ? available : NO_FRAME;
    }

    /**
     * Moves the beginning of a message to the start of a frame: of its present one if nothing else holds a part of
     * that.
     */
    private boolean begin(StreamConnection connection, long at, int available) {
        if (partials >= mostPartials) {
            discardedBytes += available;
            connection.report(ENOBUFS());
            return true;
        }
        boolean own = frames.holders(at) == 1;
        long partial = own ? frames.umem().frameAddress(at) : frames.take();
        if (partial < 0) {
            return false;
        }
        if (partial != at) {
            MemorySegment.copy(memory, at, memory, partial, available);
            movedBytes += available;
        }
        frameKept = own;
        connection.inbound.partial = partial;
        connection.inbound.partialLength = available;
        partials++;
        return true;
    }

    private int assemble(StreamConnection connection, long at, int available, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        int before = inbound.partialLength;
        int moved = decoder.wanted(memory, inbound.partial, before, at, available);
        if (before + moved > frameSize) {
            refused(connection, available);
            return available;
        }
        MemorySegment.copy(memory, at, memory, inbound.partial + before, moved);
        movedBytes += moved;
        inbound.partialLength = before + moved;
        int length = decoder.length(memory, inbound.partial, before + moved, before);
        if (length > 0) {
            long whole = inbound.partial;
            inbound.partial = StreamConnection.NONE;
            partials--;
            message(connection, whole, length, inlet);
        } else if (length == FrameDecoder.TOO_LONG) {
            refused(connection, 0);
        }
        return moved;
    }

    /** An empty message stays at its prefix, because the memory after it may belong to another buffer. */
    private void message(StreamConnection connection, long at, int length, FrameInlet inlet) {
        int bytes = length - decoder.strippedHead() - decoder.strippedTail();
        output.frame(connection, bytes == 0 ? at : at + decoder.strippedHead(), bytes, inlet);
    }

    /** @param bytes the number of the message's bytes, beside those that the connection already has */
    private void refused(StreamConnection connection, int bytes) {
        discardedBytes += bytes;
        forget(connection, false);
        counters.fault(PortCounter.MESSAGES_REFUSED, 1, EMSGSIZE(), connection.remote);
        connection.report(EMSGSIZE(), EndedBy.MESSAGE);
    }

    /**
     * Gives up the connection's incomplete message and what waits to be decoded.
     *
     * @param isCut whether a message has been cut off by that
     */
    void forget(StreamConnection connection, boolean isCut) {
        InboundHalf inbound = connection.inbound;
        if (isCut && inbound.hasRest()) {
            counters.fault(PortCounter.MESSAGES_CUT, 1, connection.endErrno(), connection.remote);
            connection.endedWithinMessage();
        }
        if (inbound.partial != StreamConnection.NONE) {
            discardedBytes += inbound.partialLength;
            frames.release(inbound.partial);
            inbound.partial = StreamConnection.NONE;
            partials--;
        }
        while (!inbound.undecoded.isEmpty()) {
            discardedBytes += chunks.length(inbound.undecoded);
            frames.release(chunks.address(inbound.undecoded));
            chunks.remove(inbound.undecoded);
        }
    }

    /**
     * Reports what connections hold, for a poller that has been given up; in an orderly stop every connection has ended
     * and holds nothing. Cold.
     */
    void audit(FrameAudit audit) {
        if (current != StreamConnection.NONE) {
            audit.found(FrameAudit.Place.SEND, current);
        }
        for (int i = 0; i < table.made(); i++) {
            InboundHalf inbound = table.at(i).inbound;
            if (inbound.partial != StreamConnection.NONE) {
                audit.found(FrameAudit.Place.SEND, inbound.partial);
            }
            chunks.audit(inbound.undecoded, audit);
        }
    }

    /** Adds what was moved since the last call to the counters. */
    void flushCounters() {
        if (movedBytes > 0) {
            counters.add(PortCounter.MESSAGE_BYTES_MOVED, movedBytes);
            movedBytes = 0;
        }
        if (discardedBytes > 0) {
            counters.add(PortCounter.RX_BYTES_DISCARDED, discardedBytes);
            discardedBytes = 0;
        }
    }
}
