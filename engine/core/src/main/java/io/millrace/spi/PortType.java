package io.millrace.spi;

import io.millrace.spi.config.AcceptSetting;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A kind of port, named by a port's {@code type} in the config. The engine finds the kinds by {@link
 * java.util.ServiceLoader} and knows of each only what this interface tells, so a jar on the class path is enough to
 * add one, with its keys, checks and reference.
 *
 * <p>There is one object of each kind in a process. It has no state, and any thread may call it.
 */
public interface PortType {
    /** The name in a config: lower-case words, with hyphens between them. */
    String name();

    /** The keys of a port of this type beside {@code type}; the same object each time. */
    KeyBlock keys();

    /** The least that the block of such a port needs, for messages: {@code type = udp, bind = "0.0.0.0:9000"}. */
    String example();

    /** The opener of ports of this type; the same object each time. */
    PortOpener opener();

    /**
     * Returns whether its frames are pieces of byte streams, which its ports cut into messages by a {@link Framing}.
     */
    default boolean hasStreams() {
        return false;
    }

    /**
     * The queues of its ports, which pollers may share out among themselves; empty if each poller opens a port as a
     * whole.
     */
    default Optional<PolledQueues> queues() {
        return Optional.empty();
    }

    /**
     * A block inside {@code engine}, for what all ports of the type share. Types that return the same object share the
     * block. Its values are in the settings of the engine.
     */
    default Optional<KeyBlock> engineBlock() {
        return Optional.empty();
    }

    /** Reports contradictions between the keys of {@link #engineBlock}. */
    default void checkEngine(Settings engine, Problems problems) {}

    /** Reports contradictions between the keys of a port, and between them and those of the engine. */
    default void check(PortSettings port, Settings engine, Problems problems) {}

    /**
     * Reports contradictions between the ports of this type, and between them and other ports.
     *
     * @return the ports of this type, in their order, with the settings that follow from other ports
     */
    default List<PortSettings> checkTogether(ConfiguredPorts ports, Settings engine, Problems problems) {
        return ports.of(this);
    }

    /** Returns whether a key means anything for the port. If not, it is left out when the config is written. */
    default boolean isUsed(PortSettings port, Key<?> key) {
        return true;
    }

    /**
     * Warnings about settings that are valid but perhaps not meant: {@code FILE:LINE: what it is; what to write}, one
     * line each.
     */
    default List<String> warnings(PortSettings port) {
        return List.of();
    }

    /** The interfaces that a port depends on, each once, by their names in the config. */
    default List<String> interfaceNames(PortSettings port) {
        return List.of();
    }

    /** What happens when one of the port's interfaces goes down or is gone. */
    default OnLinkLoss onLinkLoss(PortSettings port) {
        return OnLinkLoss.WAIT;
    }

    /**
     * The accept rules of a port, if ports of this type are {@link RuleAcceptor}s. A running engine that reloads its
     * config is given the rules that are new in it.
     */
    default Optional<AcceptSetting> acceptRules(PortSettings port) {
        return Optional.empty();
    }

    /**
     * Checks that a running port may be given the accept rules that its config has now, as far as that is known without
     * the host.
     *
     * @throws io.millrace.ConfigException if it may not
     */
    default void requireAcceptable(PortSettings port) {}

    /**
     * Looks at what the host has for ports of this type, and changes nothing. This takes up to some tenths of a second.
     * Types that return the same object share the report.
     */
    default Optional<Supplier<HostReport>> hostReport() {
        return Optional.empty();
    }
}
