package io.millrace.sockets;

import io.millrace.spi.ConfiguredPorts;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.AddressText;
import io.millrace.spi.config.EndpointType;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.Settings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;

/**
 * Checks the config of ports whose socket is bound to an address.
 *
 * @param bindKey   the key of the address
 * @param bind      returns the address of a port; null for a port that is not bound
 * @param reusePort the key of {@code SO_REUSEPORT}
 */
record SocketRules(Key<?> bindKey, Function<PortSettings, InetSocketAddress> bind, Key<Boolean> reusePort) {
    /** Reports what a port's config lacks if each poller is to have a socket of its own. */
    void check(PortSettings port, Settings engine, Problems problems) {
        InetSocketAddress address = bind.apply(port);
        if (address == null || engine.get(EngineKeys.POLLERS) == Pollers.ONE) {
            return;
        }
        if (!port.get(reusePort)) {
            problems.add(
                    port,
                    reusePort,
                    "is off, but pollers = per-queue gives each poller a socket of its own; set it to on");
        }
        if (address.getPort() == 0) {
            problems.add(
                    port,
                    bindKey,
                    "has port 0, and pollers = per-queue gives"
                            + " each poller a socket, which would be a port each; write the number of one");
        }
    }

    /** Reports ports that want the same address as an earlier port. */
    List<PortSettings> checkTogether(PortType type, ConfiguredPorts ports, Problems problems) {
        List<PortSettings> mine = ports.of(type);
        for (int i = 0; i < mine.size(); i++) {
            for (PortSettings earlier : mine.subList(0, i)) {
                if (collide(mine.get(i), earlier)) {
                    problems.add(
                            mine.get(i),
                            bindKey,
                            "is " + EndpointType.text(bind.apply(mine.get(i))) + ", which port '" + earlier.name()
                                    + "' has already; use another port number, or set reuse-port to on in both");
                }
            }
        }
        return mine;
    }

    /** Compares addresses without their zones. A port that is not bound to an address collides with none. */
    private boolean collide(PortSettings port, PortSettings other) {
        InetSocketAddress a = bind.apply(port);
        InetSocketAddress b = bind.apply(other);
        return !(port.get(reusePort) && other.get(reusePort))
                && a != null
                && a.equals(b)
                && a.getPort() != 0
                && AddressText.zone(a.getAddress()) == AddressText.zone(b.getAddress());
    }

    /** Reports queues of an io_uring whose sizes don't go together. */
    static void checkUring(Settings engine, Problems problems) {
        int least = 2 * engine.get(UringKeys.SUBMISSION);
        if (engine.get(UringKeys.COMPLETION) < least) {
            problems.add(
                    engine,
                    UringKeys.COMPLETION,
                    "is " + engine.get(UringKeys.COMPLETION) + ", less than twice submission, "
                            + engine.get(UringKeys.SUBMISSION) + "; use " + least + " or more");
        }
    }
}
