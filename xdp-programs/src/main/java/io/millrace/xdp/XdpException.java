package io.millrace.xdp;

/** The kernel or the rules do not allow what was asked. The message is one line for an operator: what; what to do. */
public final class XdpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean occupied;

    XdpException(String message) {
        this(message, false);
    }

    XdpException(String message, boolean occupied) {
        super(message);
        this.occupied = occupied;
    }

    XdpException(String message, Throwable cause) {
        super(message, cause);
        this.occupied = false;
    }

    /** Whether another program holds the interface: it may be gone a moment later. */
    public boolean isOccupied() {
        return occupied;
    }
}
