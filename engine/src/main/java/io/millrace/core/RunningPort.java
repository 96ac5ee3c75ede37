package io.millrace.core;

import io.millrace.EnginePort;
import io.millrace.afxdp.AfXdpPort;
import io.millrace.spi.Port;
import io.millrace.statistics.PortStatistics;
import io.millrace.xdp.AcceptRule;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/** A port of an engine, in the words of {@link EnginePort}. */
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
        return port.localAddress();
    }

    @Override
    public PortStatistics statistics() {
        return engine.statistics().ports().get(port.id());
    }

    @Override
    public List<AcceptRule> accepted() {
        return afXdp().accepted();
    }

    @Override
    public void accept(List<AcceptRule> rules) {
        AfXdpPort changed = afXdp();
        engine.requireRunning();
        changed.accept(rules);
    }

    @Override
    public void accept(String... rules) {
        accept(Stream.of(rules).map(AcceptRule::parse).toList());
    }

    private AfXdpPort afXdp() {
        if (port instanceof AfXdpPort afXdp) {
            return afXdp;
        }
        throw new UnsupportedOperationException(
                "port " + port.name() + " has no accept rules; ports of type af-xdp do");
    }
}
