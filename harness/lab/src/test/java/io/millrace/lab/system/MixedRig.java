package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.lab.config.Defaults;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Engines with ports of several kinds, between two networks. Closes what it opened.
 *
 * <pre>
 *   left0 ─── in0 [ middle: the engine ] out0 ─── right0
 *   10.99.0.1  10.99.0.2        10.98.0.1  10.98.0.2
 * </pre>
 */
final class MixedRig extends EngineRig {
    /** What an AF_XDP port accepts, and where an echo of it goes. */
    static final int XDP_PORT = 9_000;

    static final int PEER_PORT = 7_000;

    final Namespace left = add(Namespace.create("left"));
    final Namespace middle = add(Namespace.create("middle"));
    final Namespace right = add(Namespace.create("right"));
    final VethPair in = add(VethPair.between(left, middle).names("left0", "in0").create());
    final VethPair out =
            add(VethPair.between(middle, right).names("out0", "right0").create());

    MixedRig() {
        // Both pairs have the same addresses: the outer one gets its own.
        for (VethPair.End end : List.of(out.left(), out.right())) {
            String host = end == out.left() ? "1" : "2";
            Shell.run(end.namespace(), "ip", "address", "flush", "dev", end.interfaceName());
            Shell.run(end.namespace(), "ip", "address", "add", "10.98.0." + host + "/24", "dev", end.interfaceName());
            Shell.run(
                    end.namespace(),
                    "ip",
                    "address",
                    "add",
                    "fd00:98::" + host + "/64",
                    "dev",
                    end.interfaceName(),
                    "nodad");
        }
    }

    /** The address of the family, in brackets if it is of IPv6. */
    static String host(int family, String ipv4, String ipv6) {
        return family == 4 ? ipv4 : "[" + ipv6 + "]";
    }

    static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")), port);
    }

    /** Port {@code x}, on the left network; payloads of other ports go to its peer. */
    String xdp(int family, String more) {
        return "x { type = af-xdp, interface = in0, encapsulate {"
                + " source = \"" + host(family, "10.99.0.2", "fd00:99::2") + ":" + XDP_PORT + "\", destination = \""
                + host(family, "10.99.0.1", "fd00:99::1") + ":" + PEER_PORT + "\", destination-mac = \""
                + in.left().mac() + "\" }\n " + Defaults.under(more, "accept = [\"udp dst port " + XDP_PORT + "\"]")
                + " }\n";
    }

    /** Starts an engine in the middle. */
    Engine start(String engine, String ports, String pipeline, Map<String, Stage> stages) {
        return add(Rig.startOne(
                middle,
                "millrace { engine { " + engine + " }\n ports { " + ports + " }\n pipeline = [ " + pipeline + " ] }",
                stages));
    }

    UdpClient peer(Namespace namespace, String host, int port) {
        return add(
                namespace.call(() -> UdpClient.bound(new InetSocketAddress(InetAddress.ofLiteral(host), port), null)));
    }

    /** Of up to 1,400 bytes, different for each number. */
    static byte[] payload(int number) {
        byte[] payload = new byte[number * 29 % 1_400];
        new Random(number).nextBytes(payload);
        return payload;
    }
}
