package io.millrace.core.link;

import io.millrace.core.link.LinkReport.Condition;

/** What a port uses an interface for, with the words that the log has for it. */
public enum LinkUse {
    /** Queues that receive and send whole frames. */
    QUEUES {
        @Override
        String advice(Condition now, String interfaceName) {
            return switch (now) {
                case NO_CARRIER -> "nothing is received until its cable or its peer is back";
                case OFF -> "frames to be sent wait until `ip link set " + interfaceName + " up`";
                default ->
                    "the port receives and sends nothing until an interface " + interfaceName + " is there again";
            };
        }

        @Override
        String back() {
            return "the port is open on it";
        }
    },
    /** Multicast groups that a socket has joined there, or addresses in the interface's zone. */
    SOCKET {
        @Override
        String advice(Condition now, String interfaceName) {
            return switch (now) {
                case NO_CARRIER -> "nothing comes or leaves by it until its cable or its peer is back";
                case OFF -> "nothing comes or leaves by it until `ip link set " + interfaceName + " up`";
                default ->
                    "the port goes on, but for its groups and link-local addresses there, until an interface "
                            + interfaceName + " is there again";
            };
        }

        @Override
        String back() {
            return "the port's groups and link-local addresses there are set up anew";
        }
    };

    /** What a change for the worse means for the port. */
    abstract String advice(Condition now, String interfaceName);

    /** What was done when an interface with the name was there again. */
    abstract String back();
}
