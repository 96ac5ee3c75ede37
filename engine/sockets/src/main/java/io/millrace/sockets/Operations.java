package io.millrace.sockets;

/**
 * The operations of one connection that have not completed; there is at most one of each kind. Only the poller's thread
 * may use this.
 */
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

    /** Returns whether one of the operations reads what waits to be written. */
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
