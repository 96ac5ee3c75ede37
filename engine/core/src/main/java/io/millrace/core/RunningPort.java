package io.millrace.core;

import io.millrace.EnginePort;
import io.millrace.spi.Bound;
import io.millrace.spi.Port;
import io.millrace.spi.RuleAcceptor;
import io.millrace.statistics.PortStatistics;
import java.net.InetSocketAddress;
import java.util.List;

/** A port of a running engine, as {@link EnginePort} shows it to the program. */
final class RunningPort implements EnginePort {
    private final RunningEngine engine;
    private final Port port;

    RunningPort(RunningEngine engine, Port port) {
        this.engine = engine;
        this.port = port;
    }

    @Override
    public String name() {
        return port.name();
    }

    @Override
    public InetSocketAddress localAddress() {
        return port instanceof Bound bound ? bound.localAddress() : null;
    }

    @Override
    public PortStatistics statistics() {
        return engine.statistics().ports().get(port.id());
    }

    @Override
    public List<String> accepted() {
        return acceptor().accepted();
    }

    @Override
    public void accept(List<String> rules) {
        RuleAcceptor changed = acceptor();
        engine.requireRunning();
        changed.accept(rules);
    }

    @Override
    public void accept(String... rules) {
        accept(List.of(rules));
    }

    private RuleAcceptor acceptor() {
        if (port instanceof RuleAcceptor acceptor) {
            return acceptor;
        }
        throw new UnsupportedOperationException("port " + port.name()
                + " has no accept rules, it takes what comes to its address; ports of type af-xdp have them");
    }
}
