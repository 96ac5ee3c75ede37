package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.lab.config.Defaults;

/** Engines on sockets of this host's loopback, with ports that the kernel chooses. Closes what it opened. */
final class UdpRig extends EngineRig {
    static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    static final String IPV4 = "bind = \"127.0.0.1:0\"";
    static final String IPV6 = "bind = \"[::1]:0\"";

    static final String COALESCED = "gro = on, gso = on, frame-size = 128KiB, frames = 256, buffers = 128";

    /** A config of one port, {@code p}; what is given wins. */
    static String config(String engine, String port, String pipeline) {
        return "millrace { engine { " + engine + " }\n ports { p { " + Defaults.under(port, "type = udp", IPV4)
                + " } }\n pipeline = [ " + pipeline + " ] }";
    }

    /** A client of the only port of an engine. */
    UdpClient client(Engine engine) {
        return add(UdpClient.to(address(engine)));
    }
}
