package io.millrace.sockets;

/** The operations that a TCP port submits to the ring. Their code is in the {@link UserData} of the submission. */
enum StreamOperation {
    ACCEPT,
    CONNECT,
    /** The time-out of a connect, which is linked to it. */
    CONNECT_TIMEOUT,
    RECEIVE,
    SEND,
    SEND_ZERO_COPY,
    /** A step of a file: from the file into the pipe. */
    FILE_IN,
    /** A step of a file: from the pipe into the socket. */
    FILE_OUT,
    /** The port's clock, see {@link Ticker}. */
    TICK,
    /**
     * Not an operation of the kernel: a receive that has completed, but for whose bytes there was not enough room in
     * the pipeline. It keeps the connection's object from serving another connection.
     */
    DELIVER;

    private static final StreamOperation[] ALL = values();

    int code() {
        return ordinal();
    }

    int bit() {
        return 1 << ordinal();
    }

    static StreamOperation of(long userData) {
        return ALL[UserData.operation(userData)];
    }

    /** Returns the user data for this operation of a connection. */
    long userData(int portId, int index) {
        return UserData.of(portId, ordinal(), index);
    }
}
