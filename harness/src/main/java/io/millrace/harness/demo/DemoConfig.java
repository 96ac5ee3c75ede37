package io.millrace.harness.demo;

import java.util.List;

/** The engine's config: what a user would write for an echo service. */
final class DemoConfig {
    /** The name of the engine's only port. */
    static final String PORT = "ingress";
    static final int UDP_PORT = 9_000;
    static final int LAST_UDP_PORT = 9_010;

    private DemoConfig() {
    }

    /**
     * @param interfaceName of the port
     * @param cpus          those allowed; the first is the poller's
     */
    static String text(String interfaceName, List<Integer> cpus) {
        return """
            millrace {
              engine {
                mode = inline                # the poller runs the stages itself: one CPU does it all
                cpus { poller = %d }
              }
              ports {
                %s {
                  type = af-xdp
                  interface = %s
                  accept = ["udp dst port %d-%d"]      # everything else stays with the kernel
                  frames = 32768
                  rings { rx = 8192, fill = 16384 }   # 40 ms of 200,000 frames/s, for a busy machine
                }
              }
              pipeline = [
                { stage = count }
                { stage = reflect }          # swaps MAC addresses, IP addresses and UDP ports
                { stage = forward, to = %s }
              ]
            }
            """.formatted(cpus.getFirst(), PORT, interfaceName, UDP_PORT, LAST_UDP_PORT, PORT);
    }
}
