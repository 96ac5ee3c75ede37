package io.millrace;

/**
 * Ends TCP connections by their ids, whether a frame is on its way to them or not: a client that does not keep up, for
 * instance, whose connection is full. From {@link StageContext#connections} or {@link Engine#connections}; any thread,
 * in any callback.
 *
 * <p>Nothing waits: the poller ends the connection in its next duty cycles, with {@code idle = wait} 50 ms later at the
 * latest, and {@link Stage#onConnection} hears of the end. A connection that is over by then, or about to be, is left
 * alone; asking twice does no harm. A port with {@code connect} connects again afterwards.
 */
public interface ConnectionControl {
    /**
     * Takes no more frames for the connection, sends what waits for it, and closes it then, as
     * {@link Frame#closeConnection} does. A peer that does not read is given up after {@code write-timeout}.
     *
     * @param connectionId {@link Connection#id}
     * @throws IllegalArgumentException if it is the id of no port of connections
     * @throws IllegalStateException    before the engine has opened its ports
     */
    void close(long connectionId);

    /**
     * Ends the connection at once: what waits for it is not sent, but counted as {@code tx_failed}, and the peer gets a
     * reset. The end is {@link ConnectionState#FAILED} with {@code ECONNABORTED}.
     *
     * @param connectionId {@link Connection#id}
     * @throws IllegalArgumentException if it is the id of no port of connections
     * @throws IllegalStateException    before the engine has opened its ports
     */
    void abort(long connectionId);
}
