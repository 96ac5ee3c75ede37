package io.millrace;

/**
 * A TCP connection, as a stage sees it: a flyweight, valid inside the callback that it was given to. To know the
 * connection again, keep its {@link #id()}.
 */
public interface Connection {
    /** The port that the connection belongs to. */
    int portId();

    /**
     * Identifies the connection in the whole engine. It is never 0, and no other connection of this engine ever has the
     * same id, whatever its port or poller.
     */
    long id();

    /**
     * The connection's state: in {@link Stage#onConnection} the state that it has just entered, elsewhere the last
     * known state.
     */
    ConnectionState state();

    /** The address of the other side. */
    Endpoint remote();

    /** The address of this side. */
    Endpoint local();

    /**
     * The errno by which the connection failed; 0 if it did not fail. The engine itself uses {@code ETIMEDOUT} for
     * every time-out, {@code EMSGSIZE} for a message that is longer than allowed, {@code EPROTO} when the peer ended
     * its stream within a message, {@code EIO} for a file that is shorter than its region, and {@code ECONNABORTED}
     * when the engine stopped before all was written, or within a message.
     */
    int errno();

    /**
     * Returns whether the connection is full: more than {@code high-water} bytes wait to be written and have not fallen
     * to {@code low-water} since, or they occupy too many of the port's frames. While it is full, connections whose
     * frames go to it are not read, and datagrams and AF_XDP frames to it are refused. Any stage may ask, to shed load
     * before that.
     */
    boolean isFull();
}
