package io.millrace.statistics;

import java.util.Map;

/**
 * What one kind of port tells beside what all ports do. Each kind has a record of its own, which
 * {@link PortStatistics#details(Class)} gives to those who know the kind; those who do not can print it all the same.
 * An immutable value.
 */
public interface PortDetails {
    /** What {@link #passed} says of a port that can't know. */
    long NOT_KNOWN = -1;

    /** Of a port that has nothing to add. */
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
     * The sum with what another poller knows of the same port.
     *
     * @param other of the same class
     */
    PortDetails plus(PortDetails other);

    /**
     * The keys that the port's object in the JSON statistics has beside the common ones, each with a text, a number, a
     * list or a map of those.
     *
     * @param port whose details these are
     */
    Map<String, Object> toMap(PortStatistics port);

    /**
     * How frames come to the port, in a few words for people; "" if there is nothing to say.
     *
     * @param port whose details these are
     */
    String summary(PortStatistics port);

    /** Frames that arrived for the port and that it left to the kernel, or {@link #NOT_KNOWN}. */
    default long passed() {
        return NOT_KNOWN;
    }
}
