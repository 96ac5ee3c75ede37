package io.millrace.bindings;

/**
 * Says that this host lacks a shared library. The message is one line for the operator and names the package to
 * install.
 */
public final class MissingLibraryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
