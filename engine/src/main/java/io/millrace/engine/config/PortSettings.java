package io.millrace.engine.config;

/** One port, of whatever type. */
public sealed interface PortSettings permits AfXdpSettings, UdpSettings, TcpSettings {
    /** The port's name, unique in its engine. */
    String name();

    /** The port's {@code type} in the config. */
    String type();

    /** Where the port was configured, for messages that come up when it is opened. */
    SourceLine line();

    /** Where one of its keys was set; the port's own line if that is not known, or the key was not set. */
    default SourceLine lineOf(String key) {
        return line();
    }
}
