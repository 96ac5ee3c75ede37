package io.millrace.spi;

import io.millrace.spi.config.ConfiguredPorts;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.config.PolledQueues;
import io.millrace.spi.config.PortSettings;
import io.millrace.spi.config.Problems;
import io.millrace.spi.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * A kind of port, as the {@code type} of a port in the config names it. The engine finds the kinds that there are by
 * {@link java.util.ServiceLoader}, and knows of each only what this interface tells: a jar on the class path with one
 * adds it, keys, checks and reference included.
 *
 * <p>There is one object of each kind in a process, which has no state. Any thread may call it.
 */
public interface PortType {
    /** What the config calls it: lower-case words, with hyphens between them. */
    String name();

    /** The keys of a port of this type beside {@code type}; the same object each time. */
    KeyBlock keys();

    /** What the block of such a port has at least, for messages: {@code type = udp, bind = "0.0.0.0:9000"}. */
    String example();

    /** What opens ports of this type; the same object each time. */
    PortOpener opener();

    /** Whether its frames are pieces of byte streams, which framers cut into messages. */
    default boolean hasStreams() {
        return false;
    }

    /** Whether its ports have {@link #queues queues} that pollers share out among themselves. */
    default boolean hasQueues() {
        return false;
    }

    /**
     * A block that stands in {@code engine}, for what all ports of the type share. Types that give the same object
     * share the block. Its keys are found in the settings of the engine.
     */
    default Optional<KeyBlock> engineBlock() {
        return Optional.empty();
    }

    /** Reports what the keys of {@link #engineBlock} say against each other. */
    default void checkEngine(Settings engine, Problems problems) {}

    /** Reports what the keys of a port say against each other and against those of the engine. */
    default void check(PortSettings port, Settings engine, Problems problems) {}

    /**
     * Reports what ports of this type say against each other and against other ports.
     *
     * @return the ports of this type, in their order, with what they learn from others
     */
    default List<PortSettings> checkTogether(ConfiguredPorts ports, Settings engine, Problems problems) {
        return ports.of(this);
    }

    /** Whether a key says anything of the port. One that does not is left out when the config is written. */
    default boolean isUsed(PortSettings port, Key<?> key) {
        return true;
    }

    /** What can be used, and was perhaps not meant: {@code FILE:LINE: what it is; what to write}, one line each. */
    default List<String> warnings(PortSettings port) {
        return List.of();
    }

    /** The interfaces that a port depends on, each once, by the names that the config has. */
    default List<String> interfaceNames(PortSettings port) {
        return List.of();
    }

    /** What happens when one of them goes down or is gone. */
    default OnLinkLoss onLinkLoss(PortSettings port) {
        return OnLinkLoss.WAIT;
    }

    /** The queues of a port that pollers share out among themselves; empty if each poller opens the port as a whole. */
    default Optional<PolledQueues> queues(PortSettings port) {
        return Optional.empty();
    }
}
