package io.millrace.sockets;

import io.millrace.ring.FrameAudit;
import io.millrace.spi.FrameInlet;
import java.lang.foreign.MemorySegment;

/**
 * Passes what a port's connections receive through their {@link StreamLayer.Session}. Ciphertext waits in the order of
 * arrival until the session has taken it, and the plaintext continues in frames of its own. Only the poller's thread
 * may use this.
 */
final class LayerReader {
    private final SocketFrames frames;
    private final StreamTable table;
    private final StreamOutput output;
    /** Null if plaintext is handed on as it comes. */
    private final StreamDecoder decoder;

    private final MemorySegment memory;
    private final int frameSize;
    private final ChunkList chunks;

    LayerReader(SocketFrames frames, StreamTable table, StreamOutput output, StreamDecoder decoder) {
        this.frames = frames;
        this.table = table;
        this.output = output;
        this.decoder = decoder;
        this.memory = frames.umem().memory();
        this.frameSize = frames.umem().frameSize();
        this.chunks = new ChunkList(frames.umem().frameCount());
    }

    /** Takes a piece of ciphertext. The caller's hold on its frame passes to this object. */
    void take(StreamConnection connection, long address, int length, FrameInlet inlet) {
        chunks.add(connection.inbound.ciphertext, address, length);
        goOn(connection, inlet);
    }

    /** Processes a connection's ciphertext as far as there is room; returns how many pieces of plaintext that gave. */
    int goOn(StreamConnection connection, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        StreamLayer.Session session = connection.session();
        int pieces = 0;
        while (canGoOn(connection, session, inlet)) {
            long plaintext = frames.take();
            if (plaintext < 0) {
                break;
            }
            boolean hasMoved = unwrap(inbound, session, plaintext);
            int produced = session.produced();
            if (produced == 0) {
                frames.release(plaintext);
            } else {
                hand(connection, plaintext, produced, inlet);
                pieces++;
            }
            if (session.errno() != 0) {
                connection.report(session.errno());
            }
            if (!hasMoved) {
                break;
            }
        }
        if (connection.isDeaf()) {
            forget(inbound);
        }
        inbound.isBehind = !connection.isDeaf() && (!inbound.ciphertext.isEmpty() || session.hasPlaintext());
        return pieces;
    }

    /** Plaintext may only follow once the stages know that the connection is established. */
    private static boolean canGoOn(StreamConnection connection, StreamLayer.Session session, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        if (connection.isDeaf() || inbound.ciphertext.isEmpty() && !session.hasPlaintext()) {
            return false;
        }
        return !session.isEstablished()
                || connection.isToldEstablished() && inbound.undecoded.isEmpty() && inlet.room(1) > 0;
    }

    /** Calls the session once; returns whether it made any progress. */
    private boolean unwrap(InboundHalf inbound, StreamLayer.Session session, long plaintext) {
        if (inbound.ciphertext.isEmpty()) {
            session.unwrap(memory, 0, 0, plaintext, frameSize);
            return session.produced() > 0;
        }
        long address = chunks.address(inbound.ciphertext);
        int length = chunks.length(inbound.ciphertext);
        session.unwrap(memory, address, length, plaintext, frameSize);
        int consumed = session.consumed();
        chunks.remove(inbound.ciphertext);
        if (consumed < length) {
            chunks.addFirst(inbound.ciphertext, address + consumed, length - consumed);
        } else {
            frames.release(address);
        }
        return consumed > 0 || session.produced() > 0;
    }

    private void hand(StreamConnection connection, long plaintext, int length, FrameInlet inlet) {
        if (decoder == null) {
            output.frame(connection, plaintext, length, inlet);
            return;
        }
        int left = decoder.take(connection, plaintext, length, inlet);
        if (left > 0) {
            decoder.keep(connection, plaintext + length - left, left);
        }
    }

    /** Gives up waiting ciphertext. */
    void forget(InboundHalf inbound) {
        while (!inbound.ciphertext.isEmpty()) {
            frames.release(chunks.address(inbound.ciphertext));
            chunks.remove(inbound.ciphertext);
        }
        inbound.isBehind = false;
    }

    /** Cold. */
    void audit(FrameAudit audit) {
        for (int i = 0; i < table.made(); i++) {
            chunks.audit(table.at(i).inbound.ciphertext, audit);
        }
    }
}
