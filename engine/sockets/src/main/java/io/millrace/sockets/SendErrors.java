package io.millrace.sockets;

import io.millrace.bindings.Errno;

/** Says what to do about errors of sending datagrams. Cold. */
final class SendErrors {
    /** Stands for a datagram that was to be sent again, alone. */
    static final String NO_BLOCK = "the kernel refused it with others of its length, and as many sends as allowed were"
            + " under way, so that it could not be sent alone; raise the port's sends";

    private SendErrors() {}

    /** @param errno the error, 0 if the send was not submitted */
    static String advice(int errno) {
        return errno == 0 ? "the submission queue was full; raise engine.uring.submission" : advice(Errno.name(errno));
    }

    private static String advice(String error) {
        return switch (error) {
            case "EACCES" -> "it is a broadcast address, or a route prohibits it; a port broadcasts only to its remote";
            case "ENETUNREACH" -> "there is no route to it; add one, to a group by `ip route add 239.0.0.0/8 dev eth0`";
            case "EHOSTUNREACH" -> "its route says unreachable, or nobody has the address; see `ip route get`";
            case "EPERM" -> "a firewall of this host drops it; see `nft list ruleset`";
            case "EMSGSIZE" -> "it is longer than its route or IP allows; send shorter datagrams";
            case "ENOBUFS", "ENOMEM" -> "the kernel had no memory or room for it; send slower, or raise send-buffer";
            case "EINVAL" -> "nobody can be sent to there: port 0, a blackhole route, a link-local address elsewhere";
            case "ENETDOWN", "ENODEV", "ENXIO" -> "its interface is down or gone; see `ip link`";
            case "ECONNREFUSED" -> "nobody listens there";
            case "EADDRNOTAVAIL" -> "the address it was to come from is not this host's any more; see `ip address`";
            case "ECANCELED" -> "the engine stopped before it was sent";
            default -> "the kernel refuses it; see to the route, a firewall, the peer";
        };
    }
}
