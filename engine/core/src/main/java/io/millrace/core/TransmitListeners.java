package io.millrace.core;

import io.millrace.TransmitListener;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.PortSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The program's listeners for transmit times, by port. */
final class TransmitListeners {
    private static final TransmitListener NOBODY = (cookie, timeNs) -> {};

    private final Map<String, TransmitListener> listeners = new LinkedHashMap<>();

    void add(String port, TransmitListener listener) {
        if (listeners.putIfAbsent(port, listener) != null) {
            throw new IllegalArgumentException("port " + port + " has a listener already; let that one tell others");
        }
    }

    /** Checks that each listener has a port which tells transmit times. */
    void requireFor(EngineConfig config) {
        for (String name : listeners.keySet()) {
            List<PortSettings> named = config.ports().stream()
                    .filter(port -> port.name().equals(name))
                    .toList();
            if (named.isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no port " + name + " to hear of; name one of the" + " config's");
            }
            if (!named.getFirst().type().opener().tellsTransmits(named.getFirst())) {
                throw new IllegalArgumentException("port " + name + " tells no time of sending; set tx-metadata ="
                        + " [timestamp] for it, which ports of type af-xdp have");
            }
        }
    }

    /** The listener of a port. What it throws is reported, and then thrown on to the caller. */
    TransmitListener of(String port, StageFailureLog failures) {
        TransmitListener listener = listeners.get(port);
        if (listener == null) {
            return NOBODY;
        }
        return (cookie, timeNs) -> {
            try {
                listener.onTransmitted(cookie, timeNs);
            } catch (Throwable e) {
                failures.reportListener(port, e);
                throw e;
            }
        };
    }
}
