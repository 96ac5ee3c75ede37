package io.millrace.afxdp;

import io.millrace.ConfigException;
import io.millrace.spi.ConfiguredPorts;
import io.millrace.spi.HostReport;
import io.millrace.spi.PolledQueues;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.AcceptSetting;
import io.millrace.spi.config.HostInterfaces;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.ValueText;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.ProgramLoader;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The port type {@code af-xdp}: some or all queues of an interface, over one UMEM. */
public final class AfXdpType implements PortType {
    private static final PortOpener OPENER = new AfXdpPorts();
    private static final Optional<PolledQueues> QUEUES = Optional.of(new InterfaceQueues());
    private static final Supplier<HostReport> REPORT = AfXdpReport::make;

    @Override
    public String name() {
        return AfXdpKeys.BLOCK.name();
    }

    @Override
    public KeyBlock keys() {
        return AfXdpKeys.BLOCK;
    }

    @Override
    public PortOpener opener() {
        return OPENER;
    }

    @Override
    public String example() {
        return "type = af-xdp, interface = eth0, accept = [\"udp dst port 9000\"]";
    }

    @Override
    public void check(PortSettings port, Settings engine, Problems problems) {
        new AfXdpRules(port, problems).check(engine);
    }

    @Override
    public List<PortSettings> checkTogether(ConfiguredPorts ports, Settings engine, Problems problems) {
        List<PortSettings> mine = ports.of(this);
        for (int i = 0; i < mine.size(); i++) {
            for (PortSettings earlier : mine.subList(0, i)) {
                checkInterfaces(mine.get(i), earlier, problems);
            }
        }
        return new UmemSharing(ports, engine, problems).resolve(mine);
    }

    /** One XDP program serves an interface, so one port has to have all of its queues. */
    private static void checkInterfaces(PortSettings port, PortSettings other, Problems problems) {
        String name = port.get(AfXdpKeys.INTERFACE);
        String otherName = other.get(AfXdpKeys.INTERFACE);
        if (HostInterfaces.areSame(name, otherName)) {
            problems.add(
                    port,
                    AfXdpKeys.INTERFACE,
                    "is " + ValueText.quoted(name) + ", which port '" + other.name() + "' has already"
                            + (name.equals(otherName) ? "" : " by its name " + ValueText.quoted(otherName))
                            + "; list all its queues in one port");
        }
    }

    /** A UMEM is described once, at the port that owns it. */
    @Override
    public boolean isUsed(PortSettings port, Key<?> key) {
        return !AfXdpKeys.MEMORY.contains(key) || port.get(AfXdpKeys.UMEM).isEmpty();
    }

    @Override
    public List<String> warnings(PortSettings port) {
        return !AcceptRules.takesAllUnasked(port)
                ? List.of()
                : List.of(port.lineOf(AfXdpKeys.ACCEPT) + ": ports." + port.name() + " has no"
                        + " accept, so that it takes every frame from the kernel, SSH and ARP too; write accept ="
                        + " [\"udp dst port 9000\"] for some, or accept = all");
    }

    @Override
    public List<String> interfaceNames(PortSettings port) {
        return List.of(port.get(AfXdpKeys.INTERFACE));
    }

    @Override
    public OnLinkLoss onLinkLoss(PortSettings port) {
        return port.get(AfXdpKeys.ON_LINK_LOSS);
    }

    @Override
    public Optional<AcceptSetting> acceptRules(PortSettings port) {
        List<String> rules =
                port.get(AfXdpKeys.ACCEPT).stream().map(AcceptRule::toString).toList();
        return Optional.of(new AcceptSetting(AfXdpKeys.ACCEPT, rules));
    }

    /**
     * {@inheritDoc} A port is given all frames only if that is written: if the rules are just missing from the file,
     * they may have been lost by mistake.
     */
    @Override
    public void requireAcceptable(PortSettings port) {
        if (AcceptRules.takesAllUnasked(port)) {
            throw new ConfigException(
                    port.lineOf(AfXdpKeys.ACCEPT),
                    "ports." + port.name() + ".accept is there no longer;"
                            + " write accept = all if the port is to take every frame, SSH and ARP too");
        }
        try {
            ProgramLoader.check(port.get(AfXdpKeys.ACCEPT));
        } catch (IllegalArgumentException e) {
            throw AcceptRules.refused(port, e);
        }
    }

    @Override
    public Optional<PolledQueues> queues() {
        return QUEUES;
    }

    @Override
    public Optional<Supplier<HostReport>> hostReport() {
        return Optional.of(REPORT);
    }
}
