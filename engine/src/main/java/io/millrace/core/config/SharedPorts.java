package io.millrace.core.config;

import io.millrace.spi.config.Problems;
import io.millrace.spi.config.ValueText;
import java.net.InetSocketAddress;
import java.util.List;

/** Finds ports that want the same thing of the host, which only one of them can have. */
final class SharedPorts {
    private final Problems problems;

    SharedPorts(Problems problems) {
        this.problems = problems;
    }

    /** Reports each port that collides with one before it. */
    void check(List<PortSettings> ports) {
        for (int i = 0; i < ports.size(); i++) {
            for (PortSettings other : ports.subList(0, i)) {
                String problem = problem(ports.get(i), other);
                if (problem != null) {
                    String key = problem.substring(0, problem.indexOf(' ')); // it begins with the key
                    problems.add(
                            ports.get(i).lineOf(key), "ports." + ports.get(i).name() + "." + problem);
                }
            }
        }
    }

    private static String problem(PortSettings port, PortSettings other) {
        return switch (port) {
            case AfXdpSettings settings ->
                other instanceof AfXdpSettings earlier
                                && HostInterfaces.areSame(settings.interfaceName(), earlier.interfaceName())
                        ? interfaceProblem(settings, earlier)
                        : null;
            case UdpSettings settings ->
                other instanceof UdpSettings earlier
                                && collide(settings.bind(), earlier.bind(), settings.reusePort() && earlier.reusePort())
                        ? bindProblem(settings.bind(), other)
                        : null;
            case TcpSettings settings ->
                other instanceof TcpSettings earlier
                                && collide(settings.bind(), earlier.bind(), settings.reusePort() && earlier.reusePort())
                        ? bindProblem(settings.bind(), other)
                        : null;
        };
    }

    /** One program serves an interface, so that one port has to have all of its queues. */
    private static String interfaceProblem(AfXdpSettings settings, AfXdpSettings other) {
        boolean sameName = settings.interfaceName().equals(other.interfaceName());
        return "interface is " + ValueText.quoted(settings.interfaceName()) + ", which port '" + other.name()
                + "' has already" + (sameName ? "" : " by its name " + ValueText.quoted(other.interfaceName()))
                + "; list all its queues in one port";
    }

    private static String bindProblem(InetSocketAddress address, PortSettings other) {
        return "bind is " + Endpoint.text(address) + ", which port '" + other.name()
                + "' has already; use another port number, or set reuse-port to on in both";
    }

    /** Addresses are equal whatever their zone; null, of a port that connects, collides with nothing. */
    private static boolean collide(InetSocketAddress a, InetSocketAddress b, boolean reuse) {
        return !reuse
                && a != null
                && a.equals(b)
                && a.getPort() != 0
                && AddressText.zone(a.getAddress()) == AddressText.zone(b.getAddress());
    }
}
