package io.millrace.harness.cli;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the user asked {@code demo} for.
 *
 * @param duration how long traffic flows.
 * @param rate     datagrams a second, or flat out.
 * @param port     which kind of port the engine opens.
 * @param json     where the results go, or null.
 */
record DemoOptions(Duration duration, Rate rate, PortKind port, Path json) {
    /** The port types of the config. */
    enum PortKind {
        AF_XDP("af-xdp"), UDP("udp"), TCP("tcp");

        private final String text;

        PortKind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
