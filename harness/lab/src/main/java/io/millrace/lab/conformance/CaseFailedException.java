package io.millrace.lab.conformance;

/** Something is not as a case asks for. */
public final class CaseFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CaseFailedException(String message) {
        super(message);
    }
}
