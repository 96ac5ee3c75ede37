package io.millrace.engine.config;

/** One port, of whatever type. */
public sealed interface PortSettings permits AfXdpSettings, UdpSettings, TcpSettings {
    /** The port's name, unique in its engine. */
    String name();

    /** The port's {@code type} in the config. */
    String type();

    /** Where the port and its keys were configured, for messages that come up when it is opened. */
    SourceLines lines();

    /** Where the port was configured. */
    default SourceLine line() {
        return lines().block();
    }

    /** Where one of its keys was set; the port's own line if it was not, or the key is null. */
    default SourceLine lineOf(String key) {
        return key == null ? line() : lines().of(key);
    }
}
