package io.millrace;

/**
 * Says that the host lacks something or refuses it. The message is one line for an operator, {@code what is wrong; what
 * to do}. It begins with the {@code FILE:LINE: } of the config if it is known which setting asked for it.
 */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final boolean placed;

    public HostException(String message) {
        this(message, null);
    }

    public HostException(String message, Throwable cause) {
        this(null, message, cause, false);
    }

    private HostException(String key, String message, Throwable cause, boolean placed) {
        super(message, cause);
        this.key = key;
        this.placed = placed;
    }

    /**
     * Makes an exception for something that a port's setting asked for in vain.
     *
     * @param key   the setting's name in the port's block, as in {@code queues}
     * @param cause may be null
     */
    public static HostException dueTo(String key, String message, Throwable cause) {
        return new HostException(key, message, cause, false);
    }

    /** The name of the setting that asked for it in vain; null if none did. */
    public String key() {
        return key;
    }

    /** Returns whether the message says where in the config it was asked for. */
    public boolean isPlaced() {
        return placed;
    }

    /**
     * Returns the same failure with the place in the config that asked for it.
     *
     * @param place the place, as {@code FILE:LINE}
     */
    public static HostException at(String place, RuntimeException failure) {
        return new HostException(null, place + ": " + failure.getMessage(), failure, true);
    }
}
