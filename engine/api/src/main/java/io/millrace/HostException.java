package io.millrace;

/**
 * The host lacks something or refuses it. The message is one line for an operator, {@code what is wrong; what to do},
 * behind {@code FILE:LINE: } of the config where it is known what asked for it.
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
     * What a setting of a port asked for in vain.
     *
     * @param key   its name in the port's block, as in {@code queues}
     * @param cause may be null
     */
    public static HostException dueTo(String key, String message, Throwable cause) {
        return new HostException(key, message, cause, false);
    }

    /** The name of the setting that asked for it in vain; null if none did. */
    public String key() {
        return key;
    }

    /** Whether the message says where in the config it was asked for. */
    public boolean isPlaced() {
        return placed;
    }

    /**
     * A failure with the place in the config that asked for it.
     *
     * @param place {@code FILE:LINE}
     */
    public static HostException at(String place, RuntimeException failure) {
        return new HostException(null, place + ": " + failure.getMessage(), failure, true);
    }
}
