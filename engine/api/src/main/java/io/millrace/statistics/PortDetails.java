package io.millrace.statistics;

import java.util.Map;

/**
 * The statistics that only one kind of port has. Each kind has a record of its own. {@link
 * PortStatistics#details(Class)} returns it to callers who know the kind; other callers can still print it. An
 * immutable value.
 */
public interface PortDetails {
    /** The value of {@link #passed} for a port that does not know it. */
    long NOT_KNOWN = -1;

    /** The details of a port that has nothing to add. */
    PortDetails NONE = new PortDetails() {
        @Override
        public PortDetails plus(PortDetails other) {
            return other;
        }

        @Override
        public Map<String, Object> toMap(PortStatistics port) {
            return Map.of();
        }

        @Override
        public String summary(PortStatistics port) {
            return "";
        }
    };

    /**
     * Returns the sum with what another poller knows of the same port.
     *
     * @param other the other poller's details, of the same class
     */
    PortDetails plus(PortDetails other);

    /**
     * Returns the keys that the port's object in the JSON statistics has beside the common ones, each with a text, a
     * number, or a list or map of these.
     *
     * @param port the port whose details these are
     */
    Map<String, Object> toMap(PortStatistics port);

    /**
     * Says in a few words how frames come to the port; "" if there is nothing to say.
     *
     * @param port the port whose details these are
     */
    String summary(PortStatistics port);

    /**
     * The number of frames that arrived at the port's interface and that it left to the kernel, or {@link #NOT_KNOWN}.
     */
    default long passed() {
        return NOT_KNOWN;
    }
}
