package io.millrace.harness.net;

/** The host lacks what was asked of it, or refuses it. The message reads {@code what is wrong; what to do}. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the reason that the system gave as its cause, or null. */
    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
