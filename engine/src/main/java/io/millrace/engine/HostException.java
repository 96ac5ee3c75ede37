package io.millrace.engine;

/** The host lacks something or refuses it. The message is one line for an operator: what is wrong; what to do. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
