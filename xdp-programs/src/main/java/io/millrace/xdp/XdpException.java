package io.millrace.xdp;

/** The kernel or the rules do not allow what was asked. The message is one line for an operator: what; what to do. */
public final class XdpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    XdpException(String message) {
        super(message);
    }

    XdpException(String message, Throwable cause) {
        super(message, cause);
    }
}
