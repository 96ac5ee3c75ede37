package io.millrace.spi;

import io.millrace.ConnectionState;

/**
 * The TCP connections of a port, as stages see them. A connection's index is its own as long as a frame or an event of
 * it is in the pipeline, so that stages may ask without a lock.
 */
public interface Connections {
    /** The connection's id, unique in the life of the port and never 0. */
    long id(int connection);

    /** The connection's current state. */
    ConnectionState state(int connection);

    /** The errno by which the connection failed, or 0. */
    int errno(int connection);

    /** The address of the other side. */
    void remote(int connection, EndpointView into);

    /** The address of this side. */
    void local(int connection, EndpointView into);

    /** Returns whether too many bytes wait to be written. */
    boolean isFull(int connection);
}
