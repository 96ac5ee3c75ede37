package io.millrace.sockets;

import java.lang.foreign.MemorySegment;

/**
 * Passes what is to be written to a port's connections through their {@link StreamLayer.Session}. Plaintext waits in a
 * queue of its own until the session has made ciphertext of it, which goes to the socket like any frame. Only the
 * poller's thread may use this.
 */
final class LayerWriter {
    private final SocketFrames frames;
    private final WriteQueue queue;
    private final MemorySegment memory;
    private final int frameSize;

    LayerWriter(SocketFrames frames, WriteQueue queue) {
        this.frames = frames;
        this.queue = queue;
        this.memory = frames.umem().memory();
        this.frameSize = frames.umem().frameSize();
    }

    /** Makes ciphertext as far as there are frames for it; returns whether there is more to do. */
    boolean wrap(StreamConnection connection) {
        OutboundHalf outbound = connection.outbound;
        StreamLayer.Session session = connection.session();
        while (connection.failure() == 0 && hasWork(outbound, session)) {
            long ciphertext = frames.take();
            if (ciphertext < 0) {
                return true;
            }
            boolean hasMoved = wrap(outbound, session, ciphertext);
            if (session.errno() != 0) {
                connection.report(session.errno());
            }
            if (!hasMoved) {
                return false; // continues when the peer has sent something
            }
        }
        return false;
    }

    private static boolean hasWork(OutboundHalf outbound, StreamLayer.Session session) {
        return session.hasToSend() || session.isEstablished() && !outbound.plaintext.isEmpty();
    }

    /** Calls the session once; returns whether it made any progress. */
    private boolean wrap(OutboundHalf outbound, StreamLayer.Session session, long ciphertext) {
        WriteQueue.Backlog plaintext = outbound.plaintext;
        if (plaintext.isEmpty() || !session.isEstablished()) {
            session.wrap(memory, 0, 0, memory, ciphertext, frameSize);
        } else {
            int first = plaintext.head;
            SocketFrames home = queue.home(first) == null ? frames : queue.home(first);
            long address = queue.address(first);
            int length = (int) queue.length(first);
            session.wrap(home.umem().memory(), address, length, memory, ciphertext, frameSize);
            queue.advance(plaintext, session.consumed());
            if (session.consumed() == length) {
                home.release(address);
                queue.remove(plaintext);
            }
        }
        int produced = session.produced();
        if (produced == 0) {
            frames.release(ciphertext);
        } else {
            queue.add(outbound, ciphertext, produced);
        }
        return produced > 0 || session.consumed() > 0;
    }
}
