package io.millrace.lab.system;

import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import java.util.function.UnaryOperator;

/**
 * Three namespaces in a row: left0 - in0, out0 - far0. An engine in the middle that forwards frames as they are joins
 * the ends, which know each other's addresses.
 */
final class Line implements AutoCloseable {
    final Namespace left = Namespace.create("left");
    final Namespace middle = Namespace.create("middle");
    final Namespace right = Namespace.create("right");
    final VethPair in;
    final VethPair out;

    Line() {
        this(pair -> pair);
    }

    /** With settings of the two pairs. */
    Line(UnaryOperator<VethPair.Builder> settings) {
        in = settings.apply(VethPair.between(left, middle).names("left0", "in0"))
                .create();
        out = settings.apply(VethPair.between(middle, right).names("out0", "far0"))
                .create();
    }

    FrameTemplate frame(VethPair.End from, VethPair.End to) {
        return FrameTemplate.udp()
                .macs(from.mac(), to.mac())
                .ips(from.ipv4Address(), to.ipv4Address())
                .ports(5000, 9000)
                .length(500)
                .build();
    }

    /** The config of a port. */
    static String port(String name, String interfaceName, String keys) {
        return name + " { type = af-xdp, interface = " + interfaceName + ", " + keys + " }\n";
    }

    /** The config of an engine in the middle with the ports a and b. */
    String forwarder(String mode, String keys, String umem, String pipeline) {
        return "millrace { engine { mode = " + mode + " }, ports { " + port("a", "in0", keys)
                + port("b", "out0", keys + ", umem = " + umem) + " }, pipeline = [" + pipeline + "] }";
    }

    @Override
    public void close() {
        in.close();
        out.close();
        left.close();
        middle.close();
        right.close();
    }
}
