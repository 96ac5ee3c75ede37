package io.millrace.sockets;

/** The operations of one connection that have not completed, at most one of each kind. Poller's thread only. */
final class Operations {
    private static final int WRITES = StreamOperation.SEND.bit()
            | StreamOperation.SEND_ZERO_COPY.bit()
            | StreamOperation.FILE_IN.bit()
            | StreamOperation.FILE_OUT.bit();

    private int underWay;

    void begin(StreamOperation operation) {
        assert !isUnderWay(operation) : operation;
        underWay |= operation.bit();
    }

    void end(StreamOperation operation) {
        underWay &= ~operation.bit();
    }

    boolean isUnderWay(StreamOperation operation) {
        return (underWay & operation.bit()) != 0;
    }

    /** Whether one of them reads what waits to be written. */
    boolean isWriting() {
        return (underWay & WRITES) != 0;
    }

    boolean isNone() {
        return underWay == 0;
    }

    int count() {
        return Integer.bitCount(underWay);
    }

    void clear() {
        underWay = 0;
    }
}
