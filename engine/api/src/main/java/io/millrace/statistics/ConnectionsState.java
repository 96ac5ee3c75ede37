package io.millrace.statistics;

import java.util.Locale;

/**
 * The state of a port with connections. If several pollers have different states, the last of them in this order
 * counts.
 */
public enum ConnectionsState {
    /** It accepts connections. */
    LISTENING,
    /** Its connection is established. */
    CONNECTED,
    /** An attempt to connect is under way. */
    CONNECTING,
    /** The last attempt to connect or to accept has failed, and the next one is due in a while. */
    WAITING,
    /** The engine has stopped. */
    STOPPED;

    /** The state in words, as in the JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
