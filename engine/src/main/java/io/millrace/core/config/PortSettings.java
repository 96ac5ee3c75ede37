package io.millrace.core.config;

import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.config.SourceLine;
import java.util.List;

/** One port, of whatever type. */
public sealed interface PortSettings permits AfXdpSettings, UdpSettings, TcpSettings {
    /** The port's name, unique in its engine. */
    String name();

    /** The port's {@code type} in the config. */
    String type();

    /** Where the port and its keys were configured, for messages that come up when it is opened. */
    SourceLines lines();

    /** The interfaces that the port depends on, each once, by the names that the config has. */
    default List<String> interfaceNames() {
        return List.of();
    }

    /** What happens when one of them goes down or is gone. */
    default OnLinkLoss onLinkLoss() {
        return OnLinkLoss.WAIT;
    }

    /** What can be used, and was perhaps not meant, as {@link MillraceConfig#warnings} says it. */
    default List<String> warnings() {
        return List.of();
    }

    /** Where the port was configured. */
    default SourceLine line() {
        return lines().block();
    }

    /** Where one of its keys was set; the port's own line if it was not, or the key is null. */
    default SourceLine lineOf(String key) {
        return key == null ? line() : lines().of(key);
    }
}
