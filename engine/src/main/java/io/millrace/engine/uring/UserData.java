package io.millrace.engine.uring;

/**
 * What a submission says of itself, to be found in its completions.
 *
 * <pre>
 *   63      56 55      48 47              32 31                             0
 *  +----------+----------+------------------+--------------------------------+
 *  | operator | operation|    generation    |             index              |
 *  +----------+----------+------------------+--------------------------------+
 * </pre>
 *
 * The operator is who submitted it: a port, by its id. Operation and index are the operator's own; the generation tells
 * completions of an index's former user.
 */
final class UserData {
    /** Operators that there can be. */
    static final int OPERATORS = 1 << 8;

    private static final int OPERATOR_SHIFT = 56;
    private static final int OPERATION_SHIFT = 48;
    private static final int GENERATION_SHIFT = 32;
    private static final int BYTE_MASK = 0xff;
    private static final int SHORT_MASK = 0xffff;
    private static final long INT_MASK = 0xffff_ffffL;

    private UserData() {
    }

    static long of(int operator, int operation, int generation, int index) {
        return (long) operator << OPERATOR_SHIFT | (long) operation << OPERATION_SHIFT
            | (long) (generation & SHORT_MASK) << GENERATION_SHIFT | index & INT_MASK;
    }

    static int operator(long userData) {
        return (int) (userData >>> OPERATOR_SHIFT);
    }

    static int operation(long userData) {
        return (int) (userData >>> OPERATION_SHIFT) & BYTE_MASK;
    }

    static int generation(long userData) {
        return (int) (userData >>> GENERATION_SHIFT) & SHORT_MASK;
    }

    static int index(long userData) {
        return (int) userData;
    }
}
