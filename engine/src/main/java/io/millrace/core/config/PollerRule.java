package io.millrace.core.config;

import io.millrace.spi.config.Problems;
import java.net.InetSocketAddress;
import java.util.List;

/** What {@code pollers = per-queue} asks of the ports: each poller has one queue, or one socket, of every port. */
final class PollerRule {
    private final Problems problems;

    PollerRule(Problems problems) {
        this.problems = problems;
    }

    /** Reports each port that can't be shared out among the pollers. */
    void check(List<PortSettings> ports) {
        AfXdpSettings first = null;
        for (PortSettings port : ports) {
            if (port instanceof AfXdpSettings afXdp && !afXdp.queues().all()) {
                first = first == null ? afXdp : first;
                checkQueues(afXdp, first);
            } else if (port instanceof UdpSettings udp && !udp.reusePort()
                    || port instanceof TcpSettings tcp && tcp.bind() != null && !tcp.reusePort()) {
                problems.add(
                        port.lineOf("reuse-port"),
                        "ports." + port.name() + ".reuse-port is off, but pollers ="
                                + " per-queue gives each poller a socket of its own; set it to on");
            }
        }
        ports.forEach(this::checkBind);
        if (ports.stream().noneMatch(AfXdpSettings.class::isInstance) && !ports.isEmpty()) {
            problems.add(
                    ports.getFirst().line(),
                    "engine.pollers is per-queue, but no port of type af-xdp has queues; use" + " one");
        }
    }

    /** The kernel would choose another port for the socket of each poller. */
    private void checkBind(PortSettings port) {
        InetSocketAddress bind =
                port instanceof UdpSettings udp ? udp.bind() : port instanceof TcpSettings tcp ? tcp.bind() : null;
        if (bind != null && bind.getPort() == 0) {
            problems.add(
                    port.lineOf("bind"),
                    "ports." + port.name() + ".bind has port 0, and pollers = per-queue gives"
                            + " each poller a socket, which would be a port each; write the number of one");
        }
    }

    /** Those of {@code queues = all} are counted when the ports open. */
    private void checkQueues(AfXdpSettings port, AfXdpSettings first) {
        int count = port.queues().queues().size();
        if (count > Pollers.MOST) {
            problems.add(
                    port.lineOf("queues"),
                    "ports." + port.name() + ".queues are " + count + ", more than the " + Pollers.MOST
                            + " pollers that an engine can have; spread them over several engines");
        }
        int wanted = first.queues().queues().size();
        if (count != wanted) {
            problems.add(
                    port.lineOf("queues"),
                    "ports." + port.name() + ".queues are " + count + ", but those of port " + first.name() + " "
                            + wanted + "; pollers = per-queue needs as many in each");
        }
    }
}
