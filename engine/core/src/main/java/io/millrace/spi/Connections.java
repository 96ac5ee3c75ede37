package io.millrace.spi;

import io.millrace.ConnectionState;

/**
 * The TCP connections of a port, as stages see them. A connection's index is its own as long as a frame or an event of
 * it is in the pipeline, so that stages may ask without a lock.
 */
public interface Connections {
    /** Unique in the life of the port, never 0. */
    long id(int connection);

    /** The state that the connection is in now. */
    ConnectionState state(int connection);

    /** Why it failed, or 0. */
    int errno(int connection);

    /** The address of the other side. */
    void remote(int connection, EndpointView into);

    /** The address of this side. */
    void local(int connection, EndpointView into);

    /** Whether too many bytes wait to be written. */
    boolean isFull(int connection);
}
