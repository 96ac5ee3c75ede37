package io.millrace.xdp;

/**
 * Says that the kernel or the rules do not allow what was asked. The message is one line for an operator: what is
 * wrong; what to do.
 */
public final class XdpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean occupied;
    private final boolean denied;
    private final String setting;

    XdpException(String message) {
        this(message, false);
    }

    XdpException(String message, boolean occupied) {
        this(message, null, occupied, false, "");
    }

    XdpException(String message, Throwable cause) {
        this(message, cause, false, false, "");
    }

    private XdpException(String message, Throwable cause, boolean occupied, boolean denied, String setting) {
        super(message, cause);
        this.occupied = occupied;
        this.denied = denied;
        this.setting = setting;
    }

    /** The kernel refuses because privileges are missing, which the message names. */
    static XdpException denied(String message) {
        return new XdpException(message, null, false, true, "");
    }

    static XdpException ofOtherEngine(ProgramDifference difference) {
        return new XdpException(
                "another engine has its XDP program on the interface (EBUSY), with " + difference.text()
                        + ", or stop the other one",
                null,
                true,
                false,
                difference.setting());
    }

    /** Returns whether another program holds the interface: it may be gone a moment later. */
    public boolean isOccupied() {
        return occupied;
    }

    /**
     * The key of a port's setting that differs from another engine's on the interface, such as {@code accept}; "" if
     * none.
     */
    public String setting() {
        return setting;
    }

    boolean isDenied() {
        return denied;
    }
}
