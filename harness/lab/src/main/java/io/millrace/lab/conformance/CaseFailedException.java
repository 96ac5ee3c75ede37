package io.millrace.lab.conformance;

/** Says that something is not as a case requires. */
public final class CaseFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CaseFailedException(String message) {
        super(message);
    }
}
