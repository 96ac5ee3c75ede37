package io.millrace.sockets;

/** What a TCP port has the ring do; the code goes into the {@link UserData} of the submission. */
enum StreamOperation {
    ACCEPT,
    CONNECT,
    /** Ends a connect that takes too long; linked to it. */
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
     * None of the kernel's: a receive that has completed, but not all of whose bytes have found room in the pipeline.
     * It keeps the connection's object from serving another connection.
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

    /** The user data of this operation of a connection. */
    long userData(int portId, int index) {
        return UserData.of(portId, ordinal(), index);
    }
}
