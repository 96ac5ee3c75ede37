package io.millrace.sockets;

import io.millrace.bindings.Errno;
import io.millrace.spi.counters.PortFault;

/** Says what to do about errors of connections. Cold. */
final class ConnectionErrors {
    private ConnectionErrors() {}

    /**
     * @param connects whether the engine is the side that connects
     * @param errno    the error, 0 if none is known
     */
    static String advice(PortFault fault, int errno, boolean connects) {
        String error = errno == 0 ? "" : Errno.name(errno);
        String ofHost = hostAdvice(error);
        if (!ofHost.isEmpty()) {
            return ofHost;
        }
        return switch (fault) {
            case ACCEPT_FAILED ->
                error.equals("EPERM")
                        ? "a firewall of this host forbids it; see `nft list ruleset`"
                        : "it is an error of one client's network; the others are accepted";
            case FAILED -> connects ? connectAdvice(error) + "; it is tried again" : endAdvice(error);
            case MESSAGES_CUT -> error.equals("ETIMEDOUT") ? endAdvice(error) : fault.advice();
            default -> fault.advice();
        };
    }

    private static String hostAdvice(String error) {
        return switch (error) {
            case "EMFILE" ->
                "the process has no file descriptor left; raise `ulimit -n` (LimitNOFILE= of a unit), or"
                        + " lower the ports' connections";
            case "ENFILE" -> "the host has no file descriptor left; raise `sysctl fs.file-max`, or see who has them";
            case "ENOBUFS", "ENOMEM" -> "the kernel has no memory for it; see `free`, and net.ipv4.tcp_mem";
            default -> "";
        };
    }

    private static String connectAdvice(String error) {
        return switch (error) {
            case "ECONNREFUSED" -> "nobody listens there; start the peer, or see to the port's connect";
            case "ETIMEDOUT" -> "the peer does not answer; see whether it runs, and to firewalls on the way";
            case "ENETUNREACH", "EHOSTUNREACH" -> "there is no way to it; see `ip route get` and `ip neigh`";
            case "ECONNRESET", "EPIPE", "ENOTCONN" -> "the peer has ended it; see the peer's log";
            case "EADDRNOTAVAIL" -> "this host has no free port or address for it; see net.ipv4.ip_local_port_range";
            case "EACCES", "EPERM" -> "a firewall or a route of this host forbids it; see `nft list ruleset`";
            case "ENETDOWN", "ENODEV" -> "its interface is down or gone; see `ip link`";
            default -> "see to the peer";
        };
    }

    private static String endAdvice(String error) {
        return switch (error) {
            case "ETIMEDOUT" -> "they did not read or send in time; see write-timeout and idle-timeout";
            case "ECONNABORTED" -> "the engine stopped before all was written; see drain-timeout";
            default -> PortFault.FAILED.advice();
        };
    }
}
