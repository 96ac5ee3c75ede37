package io.millrace;

import io.millrace.core.config.PortSettings;
import io.millrace.spi.config.SourceLine;

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

    /** A failure to open a port, with the place in the config that asked for it: the key's, or the port's. */
    public static HostException opening(PortSettings port, RuntimeException failure) {
        HostException known = failure instanceof HostException host ? host : null;
        SourceLine line = port.lineOf(known == null ? null : known.key);
        if (known != null && (known.placed || line == SourceLine.NOWHERE)) {
            return known;
        }
        String place = line == SourceLine.NOWHERE ? "" : line + ": ";
        return new HostException(null, place + failure.getMessage(), failure, true);
    }
}
