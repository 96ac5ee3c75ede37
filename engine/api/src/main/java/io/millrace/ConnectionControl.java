package io.millrace;

/**
 * Ends TCP connections by their ids, whether or not a frame is on its way to them; for instance that of a client which
 * does not keep up, so that its connection is full. {@link StageContext#connections} and {@link Engine#connections}
 * return it. Any thread may use it, in any callback.
 *
 * <p>No call waits: the poller ends the connection in its next duty cycles, with {@code idle = wait} at most 50 ms
 * later, and {@link Stage#onConnection} hears of the end. A connection that has ended by then, or is about to, is left
 * alone; asking twice does no harm. A port with {@code connect} connects again afterwards.
 */
public interface ConnectionControl {
    /**
     * Takes no more frames for the connection, sends what waits for it, and then closes it, as {@link
     * Frame#closeConnection} does. A peer that does not read is given up after {@code write-timeout}.
     *
     * @param connectionId {@link Connection#id}
     * @throws IllegalArgumentException if the id belongs to no port with connections
     * @throws IllegalStateException    before the engine has opened its ports
     */
    void close(long connectionId);

    /**
     * Ends the connection at once: what waits for it is not sent, but counted as {@code tx_failed}, and the peer gets a
     * reset. The final state is {@link ConnectionState#FAILED} with {@code ECONNABORTED}.
     *
     * @param connectionId {@link Connection#id}
     * @throws IllegalArgumentException if the id belongs to no port with connections
     * @throws IllegalStateException    before the engine has opened its ports
     */
    void abort(long connectionId);
}
