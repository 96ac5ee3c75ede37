package io.millrace;

/**
 * A TCP connection, as a stage sees it: a flyweight, valid inside the callback that it was given to. To know the
 * connection again, keep its {@link #id()}.
 */
public interface Connection {
    /** The port that the connection belongs to. */
    int portId();

    /**
     * Names the connection in the whole engine: never 0, and never that of another connection of this engine, whichever
     * port or poller that has.
     */
    long id();

    /** In {@link Stage#onConnection} the state that it has just come to; else the state as last heard of. */
    ConnectionState state();

    /** The address of the other side. */
    Endpoint remote();

    /** The address of this side. */
    Endpoint local();

    /**
     * Why the connection failed: an errno of the kernel's; 0 if it did not. Those of the engine itself are
     * {@code ETIMEDOUT} for every time-out, {@code EMSGSIZE} for a message that is longer than allowed, {@code EPROTO}
     * when the peer ended its stream within a message, {@code EIO} for a file that is shorter than its region, and
     * {@code ECONNABORTED} when the engine stopped before all was written, or within a message.
     */
    int errno();

    /**
     * Whether more than {@code high-water} bytes wait to be written and have not sunk to {@code low-water} since, or
     * they are in too many frames for those that are left: connections of any port whose frames go there are
     * then not read, and datagrams and AF_XDP frames are refused. Any stage may ask, to shed load before that.
     */
    boolean isFull();
}
