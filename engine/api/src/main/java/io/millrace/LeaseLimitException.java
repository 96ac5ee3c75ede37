package io.millrace;

/**
 * Says that all leases that {@code leases.max} allows are open. The exception is made once, without a stack trace, so
 * that refusing is cheap.
 */
public final class LeaseLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeaseLimitException(final int max) {
        super(
                "all leases are out (leases.max = " + max + "); close leases sooner or raise leases.max",
                null,
                false,
                false);
    }
}
