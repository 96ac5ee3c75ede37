package io.millrace.statistics;

import java.util.Locale;

/** How a port of connections stands; of several pollers' the last one of these counts. */
public enum ConnectionsState {
    /** It accepts connections. */
    LISTENING,
    /** Its connection is there. */
    CONNECTED,
    /** An attempt to connect is under way. */
    CONNECTING,
    /** The last attempt, to connect or to accept, has failed, and the next one is due in a while. */
    WAITING,
    /** The engine has stopped. */
    STOPPED;

    /** As people and the JSON have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
