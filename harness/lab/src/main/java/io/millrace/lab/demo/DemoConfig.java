package io.millrace.lab.demo;

import java.net.InetSocketAddress;
import java.util.Locale;

/** The engine's config: what a user would write for an echo service. */
final class DemoConfig {
    /** The name of the engine's only port. */
    static final String PORT = "ingress";

    static final int UDP_PORT = 9_000;
    static final int LAST_UDP_PORT = 9_010;
    private static final int PORT_INDENT = 6;

    private DemoConfig() {}

    /** A port on an interface. */
    static String afXdp(String interfaceName, Placement cpus) {
        return text(
                cpus,
                "swaps MAC addresses, IP addresses and UDP ports",
                String.format(Locale.ROOT, """
            type = af-xdp
            interface = %s
            accept = ["udp dst port %d-%d"]  # the rest stays with the kernel
            frames = 32768
            rings { rx = 8192, fill = 16384 }   # 40 ms of 200,000 frames/s
            """, interfaceName, UDP_PORT, LAST_UDP_PORT));
    }

    /** A UDP socket. */
    static String udp(InetSocketAddress address, Placement cpus) {
        return socket("udp", address, cpus, "turns the datagram round, to where it came from");
    }

    /** A TCP socket that listens. */
    static String tcp(InetSocketAddress address, Placement cpus) {
        return socket("tcp", address, cpus, "turns the bytes round, into their connection");
    }

    private static String socket(String type, InetSocketAddress address, Placement cpus, String reflect) {
        return text(cpus, reflect, String.format(Locale.ROOT, """
            type = %s
            bind = "%s:%d"
            """, type, address.getHostString(), address.getPort()));
    }

    private static String text(Placement cpus, String reflect, String port) {
        return String.format(Locale.ROOT, """
            millrace {
              engine {
                mode = inline          # the poller runs the stages itself
                cpus { poller = %d }
              }
              ports {
                %s {
            %s    }
              }
              pipeline = [
                { stage = count }
                { stage = reflect }  # %s
                { stage = forward, to = %s }
              ]
            }
            """, cpus.engine(), PORT, port.indent(PORT_INDENT), reflect, PORT);
    }
}
