package io.millrace.sockets;

import io.millrace.ConnectionState;

/** Where a TCP connection is in its life; {@link StreamConnection} draws it. Only {@link StreamLifecycle} moves it. */
enum StreamState {
    /** The object serves no connection. */
    FREE(ConnectionState.CLOSED),
    /** There is a socket, but no byte can flow yet. */
    OPENING(ConnectionState.OPENED),
    /** The sockets are connected, and a {@link StreamLayer} comes to terms with the peer's. */
    HANDSHAKING(ConnectionState.OPENED),
    /** Bytes flow in both directions. */
    ESTABLISHED(ConnectionState.ESTABLISHED),
    /** The peer has sent its last byte; answers still go out. */
    HALF_CLOSED(ConnectionState.HALF_CLOSED),
    /** The last byte has gone out, and the peer knows; what it still sends is thrown away until it closes, too. */
    CLOSING(ConnectionState.ESTABLISHED),
    /** It has ended in order. The kernel's operations and the stages' frames of it may still be under way. */
    CLOSED(ConnectionState.CLOSED),
    /** It has ended by an error, or by a decision of the engine or the program. The same may be under way. */
    FAILED(ConnectionState.FAILED);

    private final ConnectionState shown;

    StreamState(ConnectionState shown) {
        this.shown = shown;
    }

    /** What the stages see of it. */
    ConnectionState shown() {
        return shown;
    }

    /** Whether nothing comes or goes any more, of which the stages have been, or will be, told. */
    boolean isOver() {
        return this == CLOSED || this == FAILED || this == FREE;
    }

    /** Whether there is a peer that the stages know of. */
    boolean isConnected() {
        return this == ESTABLISHED || this == HALF_CLOSED || this == CLOSING;
    }

    /** Whether frames can still go out. */
    boolean canWrite() {
        return this == ESTABLISHED || this == HALF_CLOSED;
    }
}
