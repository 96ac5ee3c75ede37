package io.millrace.sockets;

import io.millrace.spi.BatchLimit;
import io.millrace.spi.ConfiguredPorts;
import io.millrace.spi.HostReport;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the types of ports that are sockets have alike: they share io_uring, its keys and what a host has of it. */
abstract sealed class SocketType implements PortType permits UdpType, TcpType {
    private final KeyBlock keys;
    private final PortOpener opener;
    private final SocketRules rules;
    private final Key<Integer> batch;

    /** @param batch the key that says how many frames are taken at once */
    SocketType(KeyBlock keys, PortOpener opener, SocketRules rules, Key<Integer> batch) {
        this.keys = keys;
        this.opener = opener;
        this.rules = rules;
        this.batch = batch;
    }

    @Override
    public final String name() {
        return keys.name();
    }

    @Override
    public final KeyBlock keys() {
        return keys;
    }

    @Override
    public final PortOpener opener() {
        return opener;
    }

    @Override
    public final Optional<KeyBlock> engineBlock() {
        return Optional.of(UringKeys.BLOCK);
    }

    @Override
    public final void checkEngine(Settings engine, Problems problems) {
        SocketRules.checkUring(engine, problems);
    }

    /** Reports what the keys of this type alone say against each other. */
    abstract void checkOwn(PortSettings port, Problems problems);

    @Override
    public final void check(PortSettings port, Settings engine, Problems problems) {
        checkOwn(port, problems);
        rules.check(port, engine, problems);
        BatchLimit.check(problems, port, batch, engine);
    }

    @Override
    public final List<PortSettings> checkTogether(ConfiguredPorts ports, Settings engine, Problems problems) {
        return rules.checkTogether(this, ports, problems);
    }

    @Override
    public final Optional<Supplier<HostReport>> hostReport() {
        return Optional.of(UringReport.OF_SOCKETS);
    }
}
