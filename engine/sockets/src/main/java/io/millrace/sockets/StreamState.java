package io.millrace.sockets;

import io.millrace.ConnectionState;

/**
 * The states of a TCP connection; {@link StreamConnection} has a diagram of them. Only {@link StreamLifecycle} changes
 * the state.
 */
enum StreamState {
    /** The object serves no connection. */
    FREE(ConnectionState.CLOSED),
    /** There is a socket, but no byte can flow yet. */
    OPENING(ConnectionState.OPENED),
    /** The sockets are connected, and the {@link StreamLayer} makes its handshake with the peer's. */
    HANDSHAKING(ConnectionState.OPENED),
    /** Bytes flow in both directions. */
    ESTABLISHED(ConnectionState.ESTABLISHED),
    /** The peer has sent its last byte; answers still go out. */
    HALF_CLOSED(ConnectionState.HALF_CLOSED),
    /** The last byte has been sent, and the peer knows it; what it still sends is discarded until it closes, too. */
    CLOSING(ConnectionState.ESTABLISHED),
    /** It has ended in order. Operations of the kernel and frames in the stages may still be under way. */
    CLOSED(ConnectionState.CLOSED),
    /**
     * It has ended by an error, or by a decision of the engine or the program. Operations and frames may still be under
     * way.
     */
    FAILED(ConnectionState.FAILED);

    private final ConnectionState shown;

    StreamState(ConnectionState shown) {
        this.shown = shown;
    }

    /** The state that the stages see. */
    ConnectionState shown() {
        return shown;
    }

    /** Returns whether the connection has ended; the stages have been told of it, or will be. */
    boolean isOver() {
        return this == CLOSED || this == FAILED || this == FREE;
    }

    /** Returns whether there is a peer that the stages know of. */
    boolean isConnected() {
        return this == ESTABLISHED || this == HALF_CLOSED || this == CLOSING;
    }

    /** Returns whether frames can still be sent. */
    boolean canWrite() {
        return this == ESTABLISHED || this == HALF_CLOSED;
    }
}
