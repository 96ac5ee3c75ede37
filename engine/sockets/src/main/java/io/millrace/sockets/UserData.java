package io.millrace.sockets;

import io.millrace.Verdict;

/**
 * The user data of a submission, which comes back in its completions.
 *
 * <pre>
 *   63              48 47      40 39      32 31                             0
 *  +------------------+----------+----------+--------------------------------+
 *  |      handler     | operation|     0    |             index              |
 *  +------------------+----------+----------+--------------------------------+
 * </pre>
 *
 * The handler is the submitter: a port, by its id, or the ring itself, by ids that no port has. The meaning of
 * operation and index is the handler's.
 */
final class UserData {
    /** The handler of requests to cancel. */
    static final int CANCELLER = Verdict.MAX_PORTS;
    /** The handler of the polls that end a wait. */
    static final int WAITER = CANCELLER + 1;
    /** The most handlers: every port, and those of the ring itself. */
    static final int HANDLERS = WAITER + 1;

    private static final int HANDLER_SHIFT = 48;
    private static final int OPERATION_SHIFT = 40;
    private static final int BYTE_MASK = 0xff;
    private static final long INT_MASK = 0xffff_ffffL;

    private UserData() {}

    static long of(int handler, int operation, int index) {
        return (long) handler << HANDLER_SHIFT | (long) operation << OPERATION_SHIFT | index & INT_MASK;
    }

    static int handler(long userData) {
        return (int) (userData >>> HANDLER_SHIFT);
    }

    static int operation(long userData) {
        return (int) (userData >>> OPERATION_SHIFT) & BYTE_MASK;
    }

    static int index(long userData) {
        return (int) userData;
    }
}
